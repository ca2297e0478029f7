//! The language of small programs: threads, locks, fences, steps, and when a program is well formed.
//!
//! Nothing here runs a program; [`super::search`] does.

use std::fmt;

use super::walk::Walk;

/// Most threads a program may have.
pub const MAX_THREADS: usize = 4;
/// Most locks a program may have.
pub const MAX_LOCKS: usize = 8;
/// Most fences a program may have.
pub const MAX_FENCES: usize = 8;
/// Most steps a thread may have.
pub const MAX_STEPS: usize = 200;

/// A lock: the only instance of its class. Written `A`, `B`, ….
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LockId(pub u8);

/// A fence: the only one of its timeline. Written `f`, `g`, ….
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FenceId(pub u8);

/// How a lock is acquired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Excludes everybody (lockdep's read = 0).
    Exclusive,
    /// Shares with readers, waits behind a waiting writer (read = 1).
    Read,
    /// Shares with readers and overtakes waiting writers (read = 2).
    RecursiveRead,
}

/// One step of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Acquire a lock.
    Lock {
        /// Which lock.
        lock: LockId,
        /// How.
        mode: Mode,
        /// Trylock: never blocks; on failure the thread gives up.
        try_: bool,
    },
    /// Release the newest acquisition of a lock.
    Unlock {
        /// Which lock.
        lock: LockId,
    },
    /// Open a signalling section.
    SectionBegin,
    /// Close the newest open section.
    SectionEnd,
    /// Signal a fence.
    Signal {
        /// Which fence.
        fence: FenceId,
    },
    /// Wait for a fence.
    Wait {
        /// Which fence.
        fence: FenceId,
    },
}

/// A program: what each thread does, from its first step to its last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Program {
    /// The steps of every thread.
    pub threads: Vec<Vec<Step>>,
}

/// Why a program is not well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// No thread, or more than [`MAX_THREADS`].
    #[error("a program has 1 to {MAX_THREADS} threads, not {0}")]
    Threads(usize),
    /// More than [`MAX_STEPS`] steps.
    #[error("thread {thread} has more than {MAX_STEPS} steps")]
    TooLong {
        /// The thread, from 0.
        thread: usize,
    },
    /// A lock or fence number that is too large.
    #[error("thread {thread}, step {step}: no such lock or fence")]
    UnknownName {
        /// The thread, from 0.
        thread: usize,
        /// The step, from 0.
        step: usize,
    },
    /// A lock released that is not held.
    #[error("thread {thread}, step {step}: the lock is not held")]
    NotHeld {
        /// The thread, from 0.
        thread: usize,
        /// The step, from 0.
        step: usize,
    },
    /// A section closed that is not open.
    #[error("thread {thread}, step {step}: no section is open")]
    NoSection {
        /// The thread, from 0.
        thread: usize,
        /// The step, from 0.
        step: usize,
    },
    /// A signal outside a section.
    #[error("thread {thread}, step {step}: a signal outside a section")]
    SignalOutsideSection {
        /// The thread, from 0.
        thread: usize,
        /// The step, from 0.
        step: usize,
    },
    /// A thread that ends with a lock held or a section open.
    #[error("thread {thread} ends with a lock held or a section open")]
    Unbalanced {
        /// The thread, from 0.
        thread: usize,
    },
}

impl LockId {
    /// The bit of this lock in a set of locks.
    pub(super) fn bit(self) -> u8 {
        1 << (self.0 % 8)
    }
}

impl FenceId {
    /// The bit of this fence in a set of fences.
    pub(super) fn bit(self) -> u8 {
        1 << (self.0 % 8)
    }
}

impl fmt::Display for LockId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", char::from(b'A' + self.0 % 26))
    }
}

impl fmt::Display for FenceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", char::from(b'f' + self.0 % 20))
    }
}

impl Mode {
    /// Whether the lock is shared.
    pub fn is_read(self) -> bool {
        self != Self::Exclusive
    }
}

impl Step {
    /// Whether the step can block for ever.
    pub fn can_block(self) -> bool {
        matches!(self, Self::Lock { try_: false, .. } | Self::Wait { .. })
    }
}

impl Program {
    /// Checks that the program is well formed.
    ///
    /// # Errors
    ///
    /// The first [`ProgramError`] in the order of the text.
    pub fn check(&self) -> Result<(), ProgramError> {
        if self.threads.is_empty() || self.threads.len() > MAX_THREADS {
            return Err(ProgramError::Threads(self.threads.len()));
        }
        for (thread, steps) in self.threads.iter().enumerate() {
            check_thread(thread, steps)?;
        }
        Ok(())
    }

    /// The threads that signal a fence, in order.
    pub fn signallers(&self, fence: FenceId) -> Vec<usize> {
        let signals = |steps: &Vec<Step>| steps.contains(&Step::Signal { fence });
        (0..self.threads.len())
            .filter(|thread| self.threads.get(*thread).is_some_and(signals))
            .collect()
    }

    /// All fences the program names, in order.
    pub fn fences(&self) -> Vec<FenceId> {
        let mut fences: Vec<FenceId> = self
            .threads
            .iter()
            .flatten()
            .filter_map(|step| match step {
                Step::Signal { fence } | Step::Wait { fence } => Some(*fence),
                _ => None,
            })
            .collect();
        fences.sort_unstable();
        fences.dedup();
        fences
    }

    /// All locks the program names, in order.
    pub fn locks(&self) -> Vec<LockId> {
        let mut locks: Vec<LockId> = self
            .threads
            .iter()
            .flatten()
            .filter_map(|step| match step {
                Step::Lock { lock, .. } | Step::Unlock { lock } => Some(*lock),
                _ => None,
            })
            .collect();
        locks.sort_unstable();
        locks.dedup();
        locks
    }
}

fn check_thread(thread: usize, steps: &[Step]) -> Result<(), ProgramError> {
    if steps.len() > MAX_STEPS {
        return Err(ProgramError::TooLong { thread });
    }
    let mut walk = Walk::default();
    for (step, what) in steps.iter().enumerate() {
        let known = match what {
            Step::Lock { lock, .. } | Step::Unlock { lock } => usize::from(lock.0) < MAX_LOCKS,
            Step::Signal { fence } | Step::Wait { fence } => usize::from(fence.0) < MAX_FENCES,
            Step::SectionBegin | Step::SectionEnd => true,
        };
        if !known {
            return Err(ProgramError::UnknownName { thread, step });
        }
        match what {
            Step::Unlock { lock } if !walk.holds(*lock) => {
                return Err(ProgramError::NotHeld { thread, step });
            }
            Step::SectionEnd if walk.depth() == 0 => {
                return Err(ProgramError::NoSection { thread, step });
            }
            Step::Signal { .. } if walk.depth() == 0 => {
                return Err(ProgramError::SignalOutsideSection { thread, step });
            }
            _ => walk.pass(step, *what),
        }
    }
    if walk.depth() > 0 || !walk.held().is_empty() {
        return Err(ProgramError::Unbalanced { thread });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), ProgramError> {
        text.parse::<Program>().expect("readable").check()
    }

    #[test]
    fn a_balanced_program_is_well_formed() {
        assert_eq!(check("wA { !f } -A | wA ?f -A"), Ok(()));
    }

    #[test]
    fn each_kind_of_malformed_program_is_named_with_its_place() {
        assert_eq!(
            check("wA -A | -A"),
            Err(ProgramError::NotHeld { thread: 1, step: 0 })
        );
        assert_eq!(
            check("{ } }"),
            Err(ProgramError::NoSection { thread: 0, step: 2 })
        );
        assert_eq!(
            check("!f"),
            Err(ProgramError::SignalOutsideSection { thread: 0, step: 0 })
        );
        assert_eq!(check("wA"), Err(ProgramError::Unbalanced { thread: 0 }));
        assert_eq!(check("{"), Err(ProgramError::Unbalanced { thread: 0 }));
        assert_eq!(
            check("?f | ?f | ?f | ?f | ?f"),
            Err(ProgramError::Threads(5))
        );
        let far = Program {
            threads: vec![vec![Step::Wait { fence: FenceId(8) }]],
        };
        assert_eq!(
            far.check(),
            Err(ProgramError::UnknownName { thread: 0, step: 0 })
        );
        let long = Program {
            threads: vec![vec![Step::Wait { fence: FenceId(0) }; MAX_STEPS + 1]],
        };
        assert_eq!(long.check(), Err(ProgramError::TooLong { thread: 0 }));
    }
}
