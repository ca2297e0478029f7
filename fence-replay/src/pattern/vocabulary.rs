//! The closed word lists of the language: lock kinds, thread contexts, allocation flags and scopes, fence usages.
//!
//! Not here: the words that open a statement; those are in the operations and declarations.

use std::fmt;

use super::problem::Choice;

/// A closed list of words, each standing for one value.
pub(super) trait Vocabulary: Copy + 'static {
    /// The list, as a message names it.
    const CHOICE: Choice;

    /// The value a word stands for.
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! vocabulary {
    (
        $(#[$meta:meta])*
        $name:ident is $noun:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of the language's description.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for the value.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl Vocabulary for $name {
            const CHOICE: Choice = Choice { noun: $noun, words: &[$($word),+] };

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

vocabulary! {
    /// What sort of lock is taken, and on which side.
    LockKind is "a lock kind" {
        /// A sleeping mutex.
        Mutex = "mutex",
        /// A `spinlock_t`.
        Spin = "spin",
        /// A `raw_spinlock_t`.
        RawSpin = "raw_spin",
        /// The read side of a `rw_semaphore`.
        RwsemRead = "rwsem-read",
        /// The write side of a `rw_semaphore`.
        RwsemWrite = "rwsem-write",
        /// The read side of an `rwlock_t`.
        RwlockRead = "rwlock-read",
        /// The write side of an `rwlock_t`.
        RwlockWrite = "rwlock-write",
        /// A wound/wait mutex.
        Ww = "ww",
        /// A counting semaphore.
        Sem = "sem",
        /// A folio lock.
        Folio = "folio",
        /// A driver's own lock that sleeps.
        CustomSleep = "custom-sleep",
        /// A driver's own lock that spins.
        CustomSpin = "custom-spin",
    }
}

impl LockKind {
    /// True if one lock can be taken as both kinds: they are the same, or the two sides of one lock.
    pub fn is_same_lock_as(self, other: Self) -> bool {
        fn side_removed(kind: LockKind) -> LockKind {
            match kind {
                LockKind::RwsemRead => LockKind::RwsemWrite,
                LockKind::RwlockRead => LockKind::RwlockWrite,
                kind => kind,
            }
        }
        side_removed(self) == side_removed(other)
    }
}

vocabulary! {
    /// The context a thread runs in; a thread that names none is a task.
    #[derive(Default)]
    Context is "a thread context" {
        /// A user task inside a system call.
        #[default]
        Task = "task",
        /// A kernel thread.
        Kthread = "kthread",
        /// A workqueue worker.
        Worker = "worker",
        /// A threaded interrupt handler.
        Irqthread = "irqthread",
        /// A hard interrupt.
        Hardirq = "hardirq",
        /// A soft interrupt.
        Softirq = "softirq",
        /// An `irq_work` callback.
        Irqwork = "irqwork",
        /// A timer callback.
        Timer = "timer",
        /// A task that does memory reclaim, such as kswapd.
        Reclaim = "reclaim",
    }
}

vocabulary! {
    /// The flags of an allocation.
    Gfp is "allocation flags" {
        /// `GFP_KERNEL`: may sleep and may enter any reclaim.
        Kernel = "GFP_KERNEL",
        /// `GFP_NOFS`: may sleep, does not enter file systems.
        Nofs = "GFP_NOFS",
        /// `GFP_NOIO`: may sleep, starts no I/O.
        Noio = "GFP_NOIO",
        /// `GFP_ATOMIC`: does not sleep.
        Atomic = "GFP_ATOMIC",
        /// `GFP_NOWAIT`: does not sleep.
        Nowait = "GFP_NOWAIT",
    }
}

vocabulary! {
    /// A scope that changes what the allocations inside it may do.
    AllocScope is "an allocation scope" {
        /// `memalloc_noreclaim_save`.
        Noreclaim = "noreclaim",
        /// `memalloc_nofs_save`.
        Nofs = "nofs",
        /// `memalloc_noio_save`.
        Noio = "noio",
    }
}

vocabulary! {
    /// What a fence stands for in a reservation object.
    Usage is "a fence usage" {
        /// `DMA_RESV_USAGE_KERNEL`: memory management.
        Kernel = "kernel",
        /// `DMA_RESV_USAGE_WRITE`: an implicit write.
        Write = "write",
        /// `DMA_RESV_USAGE_READ`: an implicit read.
        Read = "read",
        /// `DMA_RESV_USAGE_BOOKKEEP`: no implicit synchronisation.
        Bookkeep = "bookkeep",
    }
}

impl Usage {
    /// The usage a word stands for, in lower or upper case, with or without the kernel's `DMA_RESV_USAGE_`.
    ///
    /// The language's description names no spelling, so both that people use are read.
    pub(super) fn from_any_spelling(word: &str) -> Option<Self> {
        let short = word.strip_prefix("DMA_RESV_USAGE_").unwrap_or(word);
        Self::from_word(&short.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_for_the_value_that_prints_it() {
        fn check<V: Vocabulary + PartialEq + fmt::Debug + fmt::Display>(all: &[V]) {
            assert_eq!(V::CHOICE.words.len(), all.len());
            for value in all {
                assert_eq!(V::from_word(&value.to_string()), Some(*value));
            }
        }
        check(LockKind::ALL);
        check(Context::ALL);
        check(Gfp::ALL);
        check(AllocScope::ALL);
        check(Usage::ALL);
    }

    #[test]
    fn the_two_sides_of_a_lock_are_one_lock_and_different_locks_are_not() {
        assert!(LockKind::RwsemRead.is_same_lock_as(LockKind::RwsemWrite));
        assert!(LockKind::RwlockWrite.is_same_lock_as(LockKind::RwlockRead));
        assert!(!LockKind::RwsemRead.is_same_lock_as(LockKind::RwlockRead));
        assert!(!LockKind::Spin.is_same_lock_as(LockKind::RawSpin));
    }

    #[test]
    fn a_usage_is_read_in_the_kernels_spelling_too() {
        for word in ["bookkeep", "BOOKKEEP", "DMA_RESV_USAGE_BOOKKEEP"] {
            assert_eq!(Usage::from_any_spelling(word), Some(Usage::Bookkeep));
        }
        assert_eq!(Usage::from_any_spelling("DMA_RESV_USAGE_"), None);
    }
}
