//! What the cross-crate suites share: the [`explorer`], an independent judge of small programs.
#![forbid(unsafe_code)]

pub mod explorer;
