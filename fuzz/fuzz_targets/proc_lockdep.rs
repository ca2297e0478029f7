//! A lockdep file of `/proc`.
#![no_main]

use fence_fuzz::{check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

/// Texts to take lines from.
const SEEDS: &[&[u8]] = &[
    include_bytes!("../seeds/proc_lockdep/classes.txt"),
    include_bytes!("../seeds/proc_lockdep/chains.txt"),
];

fuzz_target!(|bytes: &[u8]| check::proc_lockdep(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::lines(data, size, seed, SEEDS, |data| {
        fuzzer_mutate(data, size, max_size)
    })
});
