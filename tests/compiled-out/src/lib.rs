//! A crate to be compiled and looked at: see `pairs`.

pub mod pairs;
