//! Which complaint a report is, told by its headline.

use std::fmt;

/// A kind of lockdep report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Possible circular locking dependency.
    Circular,
    /// Possible recursive locking.
    Recursive,
    /// Inconsistent lock state.
    Inconsistent,
    /// Possible irq lock inversion dependency.
    IrqInversion,
    /// HARDIRQ-safe -> HARDIRQ-unsafe lock order.
    HardirqSafeUnsafe,
    /// HARDIRQ-READ-safe -> HARDIRQ-READ-unsafe lock order.
    HardirqReadSafeReadUnsafe,
    /// SOFTIRQ-safe -> SOFTIRQ-unsafe lock order.
    SoftirqSafeUnsafe,
    /// SOFTIRQ-READ-safe -> SOFTIRQ-READ-unsafe lock order.
    SoftirqReadSafeReadUnsafe,
    /// A sleeping lock inside a spinning one, or in an interrupt.
    InvalidWaitContext,
    /// A sleeping function in atomic context; lockdep stays on.
    SleepInAtomic,
    /// A release without its acquisition.
    BadUnlock,
    /// A task that ends with locks held.
    LocksHeldAtEnd,
    /// A task that returns to user space with locks held.
    LocksHeldInUserSpace,
    /// Memory freed with a held lock in it.
    HeldLockFreed,
    /// A nest lock that is not held.
    NestLockNotHeld,
    /// A read lock downgraded.
    DowngradeRead,
    /// One of lockdep's assertions about itself.
    DebugLocksWarn,
}

impl Kind {
    /// The kind as one word: `circular`, `hardirq-safe-unsafe`, ...
    pub fn word(self) -> &'static str {
        match self {
            Kind::Circular => "circular",
            Kind::Recursive => "recursive",
            Kind::Inconsistent => "inconsistent",
            Kind::IrqInversion => "irq-inversion",
            Kind::HardirqSafeUnsafe => "hardirq-safe-unsafe",
            Kind::HardirqReadSafeReadUnsafe => "hardirq-read-safe-read-unsafe",
            Kind::SoftirqSafeUnsafe => "softirq-safe-unsafe",
            Kind::SoftirqReadSafeReadUnsafe => "softirq-read-safe-read-unsafe",
            Kind::InvalidWaitContext => "invalid-wait-context",
            Kind::SleepInAtomic => "sleep-in-atomic",
            Kind::BadUnlock => "bad-unlock",
            Kind::LocksHeldAtEnd => "locks-held-at-end",
            Kind::LocksHeldInUserSpace => "locks-held-in-user-space",
            Kind::HeldLockFreed => "held-lock-freed",
            Kind::NestLockNotHeld => "nest-lock-not-held",
            Kind::DowngradeRead => "downgrade-read",
            Kind::DebugLocksWarn => "debug-locks-warn",
        }
    }

    /// Whether lockdep is off from this report on.
    pub fn turns_lockdep_off(self) -> bool {
        self != Kind::SleepInAtomic
    }

    /// The kind of report that starts with this line of the log.
    pub(super) fn from_headline(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii();
        if line.starts_with(b"BUG: sleeping function called from invalid context at ") {
            return Some(Kind::SleepInAtomic);
        }
        if line.starts_with(b"DEBUG_LOCKS_WARN_ON(") {
            return Some(Kind::DebugLocksWarn);
        }
        match line {
            b"[ BUG: Invalid wait context ]" => return Some(Kind::InvalidWaitContext),
            b"downgrading a read lock" => return Some(Kind::DowngradeRead),
            _ => {}
        }
        // Older kernels boxed the headlines: `[ INFO: possible recursive locking detected ]`.
        let headline = line
            .strip_prefix(b"WARNING: ")
            .or_else(|| line.strip_prefix(b"[ INFO: ")?.strip_suffix(b" ]"))
            .or_else(|| line.strip_prefix(b"[ BUG: ")?.strip_suffix(b" ]"))?;
        Some(match headline {
            b"possible circular locking dependency detected" => Kind::Circular,
            b"possible recursive locking detected" => Kind::Recursive,
            b"inconsistent lock state" => Kind::Inconsistent,
            b"possible irq lock inversion dependency detected" => Kind::IrqInversion,
            b"HARDIRQ-safe -> HARDIRQ-unsafe lock order detected" => Kind::HardirqSafeUnsafe,
            b"HARDIRQ-READ-safe -> HARDIRQ-READ-unsafe lock order detected" => {
                Kind::HardirqReadSafeReadUnsafe
            }
            b"SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected" => Kind::SoftirqSafeUnsafe,
            b"SOFTIRQ-READ-safe -> SOFTIRQ-READ-unsafe lock order detected" => {
                Kind::SoftirqReadSafeReadUnsafe
            }
            b"bad unlock balance detected!" => Kind::BadUnlock,
            b"held lock freed!" => Kind::HeldLockFreed,
            b"Nested lock was not taken" => Kind::NestLockNotHeld,
            b"lock held when returning to user space!" => Kind::LocksHeldInUserSpace,
            _ if headline.ends_with(b" still has locks held!") => Kind::LocksHeldAtEnd,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_boxed_headlines_are_known() {
        assert_eq!(
            Kind::from_headline(b"[ INFO: possible circular locking dependency detected ]"),
            Some(Kind::Circular)
        );
        assert_eq!(
            Kind::from_headline(b"[ BUG: bad unlock balance detected! ]"),
            Some(Kind::BadUnlock)
        );
    }

    #[test]
    fn other_warnings_are_no_headline() {
        for line in [
            &b"WARNING: suspicious RCU usage"[..],
            b"WARNING: CPU: 0 PID: 29 at kernel/locking/lockdep.c:5328 match_held_lock+0xd4/0x108",
            b"possible circular locking dependency detected",
            b"",
        ] {
            assert_eq!(Kind::from_headline(line), None);
        }
    }
}
