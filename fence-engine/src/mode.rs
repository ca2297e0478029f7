//! How a lock is taken: exclusively, for reading, or for recursive reading.

/// The mode of one acquisition, the kernel's `read` argument of `lock_acquire()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Mode {
    /// Blocks on every other holder (`read = 0`): a mutex, a spinlock, the write side.
    Exclusive = 0,
    /// Blocks on writers, held or waiting (`read = 1`): `down_read()`, a fair read lock.
    Read = 1,
    /// Blocks on a writer that holds the lock only (`read = 2`): `read_lock()` in an interrupt, `rcu_read_lock()`.
    RecursiveRead = 2,
}

impl Mode {
    /// Whether the lock is shared with other readers.
    pub const fn is_read(self) -> bool {
        !matches!(self, Self::Exclusive)
    }

    /// Whether a waiting writer does not stop this acquisition.
    pub const fn is_recursive(self) -> bool {
        matches!(self, Self::RecursiveRead)
    }

    pub(crate) const fn from_bits(bits: u32) -> Self {
        match bits & 3 {
            0 => Self::Exclusive,
            1 => Self::Read,
            _ => Self::RecursiveRead,
        }
    }
}

/// The kinds of one dependency between two classes, one bit each.
///
/// The first letter is how the earlier lock was held (Shared or Exclusive), the second how the later one was taken
/// (Recursive reader or Not). `…->(xR)` followed by `(Sx)->…` cannot block, so a path that does so is not strong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DepKinds(u8);

impl DepKinds {
    /// Shared holder, recursive reader after it.
    pub const SR: Self = Self(1);
    /// Exclusive holder, recursive reader after it.
    pub const ER: Self = Self(2);
    /// Shared holder, writer or non-recursive reader after it.
    pub const SN: Self = Self(4);
    /// Exclusive holder, writer or non-recursive reader after it.
    pub const EN: Self = Self(8);

    /// The kind of the dependency from a lock held as `prev` to one taken as `next`.
    pub const fn of(prev: Mode, next: Mode) -> Self {
        match (prev.is_read(), next.is_recursive()) {
            (true, true) => Self::SR,
            (false, true) => Self::ER,
            (true, false) => Self::SN,
            (false, false) => Self::EN,
        }
    }

    /// The kernel's bit mask: 1 `S->R`, 2 `E->R`, 4 `S->N`, 8 `E->N`.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The kinds named by a kernel bit mask; bits beyond the four are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 15)
    }

    /// The single kinds among these, in the order of their bits.
    pub fn singles(self) -> impl Iterator<Item = Self> {
        (0..4)
            .map(|bit| Self(1 << bit))
            .filter(move |kind| self.contains(*kind))
    }

    /// The number of the bit of a single kind, of several that of the lowest.
    pub(crate) const fn index(self) -> usize {
        (self.0 | 8).trailing_zeros() as usize
    }

    /// A mode to hold the earlier lock in and one to take the later one in that make a dependency of this single kind.
    pub(crate) const fn modes(self) -> (Mode, Mode) {
        let from = if self.only_shared() {
            Mode::Read
        } else {
            Mode::Exclusive
        };
        let to = if self.only_recursive() {
            Mode::RecursiveRead
        } else {
            Mode::Exclusive
        };
        (from, to)
    }

    /// Whether no kind is left.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether every kind of `other` is among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These kinds and those of `other`.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The kinds left for a strong path that reaches the earlier lock only as recursive reader.
    #[must_use]
    pub const fn after(self, only_recursive: bool) -> Self {
        if only_recursive {
            Self(self.0 & (Self::ER.0 | Self::EN.0))
        } else {
            self
        }
    }

    /// The kinds left for a strong path that leaves the later lock only as a shared holder.
    #[must_use]
    pub const fn before(self, only_shared: bool) -> Self {
        if only_shared {
            Self(self.0 & (Self::SN.0 | Self::EN.0))
        } else {
            self
        }
    }

    /// Whether the later lock is taken as recursive reader in every kind.
    pub const fn only_recursive(self) -> bool {
        self.0 & (Self::SN.0 | Self::EN.0) == 0
    }

    /// Whether the earlier lock is held shared in every kind.
    pub const fn only_shared(self) -> bool {
        self.0 & (Self::ER.0 | Self::EN.0) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_kernels_bits() {
        assert_eq!(DepKinds::of(Mode::Read, Mode::RecursiveRead).bits(), 1);
        assert_eq!(DepKinds::of(Mode::Exclusive, Mode::RecursiveRead).bits(), 2);
        assert_eq!(DepKinds::of(Mode::RecursiveRead, Mode::Read).bits(), 4);
        assert_eq!(DepKinds::of(Mode::Exclusive, Mode::Exclusive).bits(), 8);
    }
}
