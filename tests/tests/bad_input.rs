//! Bad input, by name: an error or a problem with its line and column, never a panic, and never memory without a bound.
//!
//! What a fuzzer makes up is in `corpus.rs`; here are the inputs one can think of, many of them larger than a fuzzer's.

#[path = "bad_input/amount.rs"]
mod amount;
#[path = "bad_input/cut_off.rs"]
mod cut_off;
#[path = "bad_input/damage.rs"]
mod damage;
#[path = "bad_input/effort.rs"]
mod effort;
#[path = "bad_input/long_run.rs"]
mod long_run;
#[path = "bad_input/memory.rs"]
mod memory;
#[path = "bad_input/nesting.rs"]
mod nesting;
#[path = "bad_input/recording.rs"]
mod recording;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;
