//! Any file at all.
#![no_main]

use fence_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check::input(bytes));
