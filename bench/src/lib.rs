//! Benchmarks with named peers in the same run. Each binary is one benchmark; `cargo xtask bench NAME` runs it.

mod figure;

pub use figure::{Figure, median, nanoseconds};
