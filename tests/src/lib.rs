//! Placeholder.

pub mod explorer;
