//! The engine in a library that has no std: `cargo xtask no-std` builds it, nobody runs it.
//!
//! It brings the three things that std would bring, a panic handler, an allocator and a way to end, and calls the engine.
//! If any crate below linked std in, there would be two panic handlers and no library.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

mod allocator;
mod deadlock;
mod panic;
