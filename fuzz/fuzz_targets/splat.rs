//! A kernel log with lockdep reports.
#![no_main]

use fence_fuzz::{check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// Texts to take lines from.
const SEEDS: &[&[u8]] = &[
    include_bytes!("../../tests/data/oracle/reports/circular.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/hardirq-safe-unsafe.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/bad-unlock.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/inconsistent.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/nest-lock-not-held.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/irq-inversion.1.txt"),
    include_bytes!("../../tests/data/oracle/reports/sleep-in-atomic.1.txt"),
];

fuzz_target!(|bytes: &[u8]| check::splat(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::lines(data, size, seed, SEEDS, |data| {
        fuzzer_mutate(data, size, max_size)
    })
});
