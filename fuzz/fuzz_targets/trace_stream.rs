//! Lines that come in pieces are the lines of the whole.
#![no_main]

use fence_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check::trace_stream(bytes));
