//! What the chain table is made of, and how large it may get. In `tests/loom`, which tries every interleaving of a small
//! table, another file stands in this one's place.

pub(crate) use core::hint::spin_loop;
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

pub(crate) use once_cell::race::OnceBox;

/// The first generation has two to the power of this many slots.
pub(crate) const FIRST_BITS: u32 = 10;
/// How many generations there may be, each twice as large as the one before.
pub(crate) const GENERATIONS: usize = 14;
