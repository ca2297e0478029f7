//! Why a ww mutex was not taken.

use std::fmt;

/// Why a [`WwMutex`](super::WwMutex) was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum WwError {
    /// To wait could deadlock: release everything that the context holds, then take this lock with
    /// [`lock_slow`](super::WwMutex::lock_slow) and the others again.
    Deadlock,
    /// The context has this lock already.
    Already,
    /// The wait was interrupted, see [`Interrupter`](super::Interrupter).
    Interrupted,
}

impl WwError {
    /// The number that Linux has for it: `EDEADLK`, `EALREADY`, `EINTR`.
    pub const fn errno(self) -> i32 {
        match self {
            Self::Deadlock => 35,
            Self::Already => 114,
            Self::Interrupted => 4,
        }
    }
}

impl fmt::Display for WwError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deadlock => "to wait for the lock could deadlock",
            Self::Already => "the context has the lock already",
            Self::Interrupted => "the wait for the lock was interrupted",
        })
    }
}

impl std::error::Error for WwError {}
