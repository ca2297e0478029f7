//! How a lock becomes known to all threads: its runtime, class and instance, set by whoever uses it first and read without a
//! lock by everybody after.
//!
//! Three atomics and their order, and nothing else: `tests/loom` builds this very file on loom's atomics.

use fence_engine::{ClassId, Instance};

use crate::sys::atomic::{AtomicU32, AtomicU64, Ordering};

/// Which runtime knows a lock, and as what.
#[derive(Debug)]
pub(super) struct Publication {
    /// The number of that runtime, or [`UNKNOWN`]. Set last, and read first.
    pub(super) runtime: AtomicU32,
    /// The lock's class there.
    pub(super) class: AtomicU32,
    /// A number that no other lock of the process ever has; 0 before its first use.
    pub(super) instance: AtomicU64,
}

/// In place of a runtime's number: that of no runtime, and not what a stack has that is watched.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;

impl Publication {
    /// The lock's number, which is a `new` one if it has none yet.
    pub(super) fn instance(&self, new: impl FnOnce() -> u64) -> Instance {
        let known = self.instance.load(Ordering::Relaxed);
        if known != 0 {
            return Instance(known);
        }
        let new = new();
        let first = self
            .instance
            .compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed);
        Instance(first.err().unwrap_or(new))
    }

    /// The lock's class in the runtime of this number, if that knows the lock.
    #[inline]
    pub(super) fn known_to(&self, runtime: u32) -> Option<ClassId> {
        // Acquire pairs with the Release in `introduce`: class and instance are there.
        if self.runtime.load(Ordering::Acquire) != runtime {
            return None;
        }
        Some(ClassId::from_index(self.class.load(Ordering::Relaxed)))
    }

    /// The instance, of a lock that some runtime knows.
    #[inline]
    pub(super) fn known_instance(&self) -> Instance {
        Instance(self.instance.load(Ordering::Relaxed))
    }

    /// The lock, which has its number, is known to the runtime of this number as one of `class`, and will be to no other.
    /// Several threads may say so at once, all the same.
    pub(super) fn introduce(&self, runtime: u32, class: ClassId) {
        self.class.store(class.index() as u32, Ordering::Relaxed);
        self.runtime.store(runtime, Ordering::Release);
    }

    /// Whether it was ever used.
    pub(super) fn was_used(&self) -> bool {
        self.instance.load(Ordering::Relaxed) != 0
    }
}
