//! A class graph: its bytes, and what is built of any bytes.
#![no_main]

use fence_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check::graph(bytes));
