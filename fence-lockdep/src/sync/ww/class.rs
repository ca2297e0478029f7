//! Classes of ww mutexes, and the ages of their contexts.

use std::sync::atomic::{AtomicU64, Ordering};

/// A class of [`WwMutex`](super::WwMutex)es that may be held together, with the way in which deadlocks between them are
/// avoided.
///
/// Its name is that of the lock class of the mutexes and of their contexts: `resv` is the reservation lock of the
/// [built-in contract](crate::engine::Contract). Classes are one if their names are.
///
/// ```
/// use fence_lockdep::sync::ww::{WwClass, WwMutex};
/// static RESV: WwClass = WwClass::wait_die("resv");
/// static SCRATCH: WwMutex<u32> = WwMutex::const_new(&RESV, 0);
/// *SCRATCH.lock_without_context() += 1;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "ww_class")]
pub struct WwClass {
    name: &'static str,
    algorithm: Algorithm,
}

/// How deadlocks are avoided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    WaitDie,
    WoundWait,
}

impl WwClass {
    /// A class in which the younger context backs off where it would have to wait for an older one.
    #[doc(alias = "DEFINE_WD_CLASS")]
    pub const fn wait_die(name: &'static str) -> Self {
        Self {
            name,
            algorithm: Algorithm::WaitDie,
        }
    }

    /// A class in which an older context that has to wait for a younger one makes that back off. Fewer back-offs than with
    /// Wait-Die, each of which costs more.
    #[doc(alias = "DEFINE_WW_CLASS")]
    pub const fn wound_wait(name: &'static str) -> Self {
        Self {
            name,
            algorithm: Algorithm::WoundWait,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `other` has the name of this class and is another all the same.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        self.name == other.name && self.algorithm != other.algorithm
    }
}

/// The age of the next context: larger than all before. One count serves all classes, so that contexts of two that are
/// mixed up are still of different age, and one of them backs off.
pub(super) fn next_stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
