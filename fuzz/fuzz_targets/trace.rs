//! A kernel trace, into the engine.
#![no_main]

use fence_fuzz::{check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// Texts to take lines from.
const SEEDS: &[&[u8]] = &[
    include_bytes!("../../tests/data/oracle/traces/variants/more-events.trace.txt"),
    include_bytes!("../../tests/data/oracle/traces/resv-in-section.trace.txt"),
    include_bytes!("../../tests/data/oracle/traces/variants/verbose-latency.trace.txt"),
    include_bytes!("../../tests/data/oracle/traces/variants/mutex-over-wait.perf-script.txt"),
    include_bytes!("../../tests/data/oracle/traces/variants/mutex-over-wait.report-latency.txt"),
    include_bytes!("../../tests/data/oracle/traces/variants/lost-trace_pipe.trace.txt"),
    include_bytes!("../../tests/data/oracle/traces/variants/fields.trace.txt"),
];

fuzz_target!(|bytes: &[u8]| check::trace(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::lines(data, size, seed, SEEDS, |data| {
        fuzzer_mutate(data, size, max_size)
    })
});
