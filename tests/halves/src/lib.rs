//! A driver with a deadlock that takes two of its paths. Each test of it walks one: nothing is wrong in any process, and
//! `cargo fence test` finds it in what all of them have learnt.
#![forbid(unsafe_code)]

mod driver;

pub use driver::Driver;
