//! What the fuzz targets share: what must hold of any input ([`check`]), and how text is changed ([`mutate`]).
//!
//! How to run them, and what they have found, is in `docs/fuzzing.md`.
#![forbid(unsafe_code)]

pub mod check;
pub mod mutate;
