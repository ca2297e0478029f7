//! What the runtime has of threads, locks and atomics.
//!
//! Built with `--cfg shuttle` it has them of shuttle, which tries many interleavings on one thread of the operating system:
//! see `tests/shuttle`. Everything that waits, is waited for, or orders what two threads do comes from here.

#[cfg(feature = "check")]
pub(crate) use std::sync::atomic;
