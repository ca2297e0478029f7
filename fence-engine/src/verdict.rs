//! The verdicts of the kernel's lockdep, and what its reports show beside them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::class::WaitType;
use crate::mode::Mode;
use crate::site::Place;

/// What lockdep complains of, one word each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// Possible recursive locking.
    Recursive,
    /// Possible circular locking dependency.
    Circular,
    /// Inconsistent lock state.
    Inconsistent,
    /// Possible irq lock inversion dependency.
    IrqInversion,
    /// X-safe -> X-unsafe lock order.
    SafeUnsafe {
        /// About softirqs rather than hardirqs.
        soft: bool,
        /// The safe lock is taken in the interrupt by a reader.
        read: bool,
    },
    /// Invalid wait context.
    InvalidWaitContext,
    /// Sleeping function called from invalid context.
    SleepInAtomic,
    /// Bad unlock balance.
    BadUnlock,
    /// A task ends with locks held.
    LocksHeldAtEnd,
    /// Memory with a held lock in it is freed.
    HeldLockFreed,
    /// The nest lock was not taken.
    NestLockNotHeld,
    /// A lock held for reading is downgraded.
    DowngradeRead,
    /// More than 48 locks held at once.
    TooDeep,
}

impl Verdict {
    /// The word used for it in scenarios and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recursive => "recursive",
            Self::Circular => "circular",
            Self::Inconsistent => "inconsistent",
            Self::IrqInversion => "irq-inversion",
            Self::SafeUnsafe {
                soft: false,
                read: false,
            } => "hardirq-safe-unsafe",
            Self::SafeUnsafe {
                soft: false,
                read: true,
            } => "hardirq-read-safe-read-unsafe",
            Self::SafeUnsafe {
                soft: true,
                read: false,
            } => "softirq-safe-unsafe",
            Self::SafeUnsafe {
                soft: true,
                read: true,
            } => "softirq-read-safe-read-unsafe",
            Self::InvalidWaitContext => "invalid-wait-context",
            Self::SleepInAtomic => "sleep-in-atomic",
            Self::BadUnlock => "bad-unlock",
            Self::LocksHeldAtEnd => "locks-held-at-end",
            Self::HeldLockFreed => "held-lock-freed",
            Self::NestLockNotHeld => "nest-lock-not-held",
            Self::DowngradeRead => "downgrade-read",
            Self::TooDeep => "lockdep-limit",
        }
    }
}

/// A lock as a report shows it: `(name){+.+.}-{4:4}, at: place`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockView {
    /// The class's label.
    pub name: String,
    /// The instance's number.
    pub instance: u64,
    /// The four usage characters.
    pub usage: [char; 4],
    /// Outer and inner wait type.
    pub waits: (WaitType, WaitType),
    /// How it is taken or held.
    pub mode: Mode,
    /// Where.
    pub place: Place,
}

/// One entry of a dependency chain: a lock, and where it was taken under the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The lock.
    pub lock: LockView,
    /// Its usage states, each with the place that set it: `("IN-HARDIRQ-W", place)`.
    pub states: Vec<(&'static str, Place)>,
}

/// What a kernel report shows, beyond its headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Which report.
    pub verdict: Verdict,
    /// The task's name.
    pub task: String,
    /// Interrupt state: in hardirq, in softirq, hardirqs on, softirqs on.
    pub context: (bool, bool, bool, bool),
    /// The lock that is taken, released, freed or whose state changes.
    pub taking: Option<LockView>,
    /// The lock it clashes with.
    pub against: Option<LockView>,
    /// The existing dependencies from `taking` to `against`, in order; for irq reports from the safe lock to the unsafe one.
    pub chain: Vec<Link>,
    /// The lock the task does not hold although it names it as nest lock.
    pub missing: Option<String>,
    /// For irq reports the two states that clash, earlier and later, such as `HARDIRQ-ON-W` and `IN-HARDIRQ-W`.
    pub states: Option<(&'static str, &'static str)>,
    /// Where the earlier state was registered.
    pub registered: Option<Place>,
    /// For wait contexts the limit that was exceeded.
    pub limit: Option<WaitType>,
    /// All locks the task holds, oldest first.
    pub held: Vec<LockView>,
}
