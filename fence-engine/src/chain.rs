//! The chain cache: keys of held stacks that were validated once and need no second look.
//!
//! Insert-only. A probe takes `&self`, no lock, and writes nothing; an insert that finds the table full makes a table of
//! twice the size and copies. Readers that still probe the old one may miss a new key and take the slow path, which
//! looks again: a miss is never wrong, only slow. The table stops growing at eight million slots.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::atomic::{
    AtomicBool, AtomicU64, AtomicUsize, FIRST_BITS, GENERATIONS, OnceBox, Ordering, spin_loop,
};

/// The key of an empty held stack.
pub(crate) const EMPTY: u64 = 0x9e37_79b9_7f4a_7c15;

/// The low bit of a stored key: the chain has two entries of one class, so instances decide.
const COMPARE_INSTANCES: u64 = 1;

/// Extends a chain key by one held entry.
#[inline]
pub(crate) const fn extend(key: u64, entry: u64) -> u64 {
    let product = (key ^ entry) as u128 * 0xd6e8_feb8_6659_fd93_u128;
    (product >> 64) as u64 ^ product as u64 ^ key.rotate_left(23)
}

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// Never validated.
    New,
    /// Validated, nothing left to decide.
    Known,
    /// Validated, but the same instance may stand in it twice.
    CompareInstances,
}

/// The set of validated chains. See the module's documentation.
#[derive(Default)]
pub struct ChainTable {
    generations: [OnceBox<Vec<AtomicU64>>; GENERATIONS],
    current: AtomicUsize,
    len: AtomicUsize,
    inserting: AtomicBool,
}

/// A generation of a [`ChainTable`], to probe again and again without asking for the newest.
#[derive(Clone, Copy, Debug)]
pub struct ChainSlots<'a>(&'a [AtomicU64]);

impl ChainSlots<'_> {
    /// A table without any chain.
    pub const EMPTY: Self = Self(&[]);

    /// Whether the chain was validated and nothing is left to decide.
    #[inline]
    pub(crate) fn knows(self, key: u64) -> bool {
        let key = key & !COMPARE_INSTANCES;
        let at = (key >> 20) as usize & self.0.len().wrapping_sub(1);
        match self.0.get(at) {
            Some(slot) if slot.load(Ordering::Relaxed) == key => true,
            _ => self.knows_elsewhere(key),
        }
    }

    #[cold]
    #[inline(never)]
    fn knows_elsewhere(self, key: u64) -> bool {
        self.probe(key) == Probe::Known
    }

    #[inline]
    pub(crate) fn probe(self, key: u64) -> Probe {
        let key = key & !COMPARE_INSTANCES;
        let mask = self.0.len().wrapping_sub(1);
        let mut at = (key >> 20) as usize & mask;
        loop {
            let Some(slot) = self.0.get(at) else {
                return Probe::New;
            };
            let stored = slot.load(Ordering::Relaxed);
            if stored & !COMPARE_INSTANCES == key {
                return if stored & COMPARE_INSTANCES == 0 {
                    Probe::Known
                } else {
                    Probe::CompareInstances
                };
            }
            if stored == 0 {
                return Probe::New;
            }
            at = (at + 1) & mask;
        }
    }
}

impl core::fmt::Debug for ChainTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ChainTable")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl ChainTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many chains were validated.
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// Whether no chain was validated yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table as it is now. What is added later may be missing from it; what it has, it has for ever.
    #[inline]
    pub fn slots(&self) -> ChainSlots<'_> {
        // Acquire pairs with the Release in `make_room`: a generation seen here is filled with all earlier keys.
        let current = self.current.load(Ordering::Acquire) % GENERATIONS;
        ChainSlots(self.generations[current].get().map_or(&[], |slots| slots))
    }

    #[inline]
    pub(crate) fn probe(&self, key: u64) -> Probe {
        self.slots().probe(key)
    }

    /// Adds a validated chain. Any number of threads may insert at once; they take turns on a spin flag.
    pub(crate) fn insert(&self, key: u64, compare_instances: bool) {
        while self
            .inserting
            .compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            spin_loop();
        }
        if self.probe(key) == Probe::New {
            self.make_room();
            // A full table takes no more: such chains are validated again each time, which is slow and right.
            let slots = self.generations[self.current.load(Ordering::Relaxed)].get();
            if let Some(slots) = slots.filter(|slots| (self.len() + 1) * 4 <= slots.len() * 3) {
                place(
                    slots,
                    key & !COMPARE_INSTANCES | u64::from(compare_instances),
                );
                self.len.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.inserting.store(false, Ordering::Release);
    }

    /// Makes sure that the current generation is at most half full. Only called under the spin flag.
    fn make_room(&self) {
        let current = self.current.load(Ordering::Relaxed);
        let Some(slots) = self.generations[current].get() else {
            let _ = self.generations[current].set(Box::new(empty(FIRST_BITS)));
            return;
        };
        if (self.len() + 1) * 2 <= slots.len() || current + 1 == GENERATIONS {
            return;
        }
        let next = empty(FIRST_BITS + current as u32 + 1);
        for slot in slots {
            let stored = slot.load(Ordering::Relaxed);
            if stored != 0 {
                place(&next, stored);
            }
        }
        let _ = self.generations[current + 1].set(Box::new(next));
        self.current.store(current + 1, Ordering::Release);
    }
}

fn empty(bits: u32) -> Vec<AtomicU64> {
    (0..1_usize << bits).map(|_| AtomicU64::new(0)).collect()
}

fn place(slots: &[AtomicU64], stored: u64) {
    let mask = slots.len() - 1;
    let mut at = (stored >> 20) as usize & mask;
    while slots[at].load(Ordering::Relaxed) != 0 {
        at = (at + 1) & mask;
    }
    // Relaxed, as the key is all there is to say: nothing else is read because of it.
    slots[at].store(stored, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_inserted_key_is_found_again_through_all_growth() {
        let table = ChainTable::new();
        let mut key = EMPTY;
        let keys: Vec<u64> = (0..20_000)
            .map(|entry| {
                key = extend(key, entry);
                key
            })
            .collect();
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(table.probe(*key), Probe::New);
            table.insert(*key, at % 2 == 1);
        }
        assert_eq!(table.len(), keys.len());
        for (at, key) in keys.iter().enumerate() {
            let expected = if at % 2 == 1 {
                Probe::CompareInstances
            } else {
                Probe::Known
            };
            assert_eq!(table.probe(*key), expected);
        }
    }

    /// Readers probe while others insert and the table grows: what a thread inserted it finds from then on, and what
    /// nobody inserted nobody finds.
    #[test]
    fn many_threads_insert_and_probe_at_once() {
        extern crate std;
        const THREADS: u64 = 4;
        const KEYS: u64 = 5_000;
        let table = ChainTable::new();
        // Half of the keys are common to all threads, so that they race for the same slots.
        let key =
            |thread: u64, at: u64| extend(EMPTY, if at % 2 == 0 { at } else { thread << 32 | at });
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let table = &table;
                scope.spawn(move || {
                    for at in 0..KEYS {
                        table.insert(key(thread, at), false);
                        assert_eq!(table.probe(key(thread, at)), Probe::Known);
                        assert_eq!(table.probe(key(thread, at / 2)), Probe::Known);
                        assert_eq!(table.probe(extend(EMPTY, 1 << 60 | at)), Probe::New);
                    }
                });
            }
        });
        assert_eq!(table.len() as u64, KEYS / 2 + THREADS * (KEYS / 2));
    }
}
