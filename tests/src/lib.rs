//! What the cross-crate suites share: the [`explorer`], an independent judge of small programs, and [`orders`].
#![forbid(unsafe_code)]

pub mod explorer;
pub mod orders;
