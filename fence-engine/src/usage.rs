//! The usage bits of a class: in which interrupt contexts it was taken, and with which interrupts enabled.

use crate::mode::Mode;

/// A set of usage bits, numbered as in the kernel: 0 IN-HARDIRQ, 1 IN-HARDIRQ-READ, 2 HARDIRQ-ON, 3 HARDIRQ-ON-READ,
/// 4 to 7 the same for softirqs, 8 USED, 9 USED-READ.
///
/// Two bits are ours and stay out of [`Usage::kernel_bits`]: 10 and 11, taken in a hardirq or softirq as *non-recursive*
/// reader. The kernel folds both kinds of reader into one bit, which makes its verdict depend on which came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage(u16);

/// One usage bit to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UsageBit(pub(crate) u8);

const READ: u16 = 0b0010_1010_1010;

impl Usage {
    /// No bit set: a class never used.
    pub const NONE: Self = Self(0);
    /// All four IN bits of the kernel and the two of ours.
    pub(crate) const IN_ALL: Self = Self(0b1100_0011_0011);
    /// All four ON bits.
    pub(crate) const ON_ALL: Self = Self(0b1100_1100);

    /// The kernel's bit mask, bits 0 to 9.
    pub const fn kernel_bits(self) -> u16 {
        self.0 & 0x3ff
    }

    /// All bits, ours included.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The usage with exactly these bits.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & 0xfff)
    }

    pub(crate) const fn contains(self, bit: UsageBit) -> bool {
        self.0 & 1 << bit.0 != 0
    }

    pub(crate) const fn insert(&mut self, bit: UsageBit) {
        self.0 |= 1 << bit.0;
    }

    #[must_use]
    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(crate) const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The bits that still count where a class is reached only as recursive reader, or left only as shared holder.
    /// A non-recursive reader in an interrupt blocks behind a waiting writer, so its own bit stays.
    #[must_use]
    pub(crate) const fn without_read(self) -> Self {
        Self(self.0 & !(READ & 0xff))
    }

    /// The bits of the opposite direction that conflict with these (IN against ON and ON-READ, and so on).
    #[must_use]
    pub(crate) const fn conflicting(self) -> Self {
        let hard_in = self.0 & 0b0100_0000_0011 != 0;
        let soft_in = self.0 & 0b1000_0011_0000 != 0;
        let hard_on = self.0 & 0b1100 != 0;
        let soft_on = self.0 & 0b1100_0000 != 0;
        let mut bits = 0;
        if hard_in {
            bits |= 0b1100;
        }
        if soft_in {
            bits |= 0b1100_0000;
        }
        if hard_on {
            bits |= 0b0100_0000_0011;
        }
        if soft_on {
            bits |= 0b1000_0011_0000;
        }
        Self(bits)
    }

    /// The kernel's `find_exclusive_match()`: the lowest bit here, of either direction, whose opposite `other` has.
    pub(crate) fn first_exclusive(self, other: Self) -> Option<(UsageBit, UsageBit)> {
        (0..8)
            .map(UsageBit)
            .filter(|bit| self.contains(*bit))
            .find_map(|bit| {
                let opposite = bit.0 & !1 ^ 2;
                let clash = [UsageBit(opposite), UsageBit(opposite | 1)];
                let clash = clash.into_iter().find(|clash| other.contains(*clash))?;
                Some((bit, clash))
            })
    }

    /// The four characters lockdep prints in braces, for hardirq, hardirq-read, softirq, softirq-read usage.
    ///
    /// `.` neither, `-` in that interrupt, `+` with it enabled, `?` both.
    ///
    /// ```
    /// use fence_engine::Usage;
    /// assert_eq!(Usage::from_bits(0b1_0100_0100).chars(), ['+', '.', '+', '.']);
    /// ```
    pub const fn chars(self) -> [char; 4] {
        const fn one(bits: u16, inside: u8, on: u8) -> char {
            match (bits & 1 << inside != 0, bits & 1 << on != 0) {
                (false, false) => '.',
                (true, false) => '-',
                (false, true) => '+',
                (true, true) => '?',
            }
        }
        [
            one(self.0, 0, 2),
            one(self.0, 1, 3),
            one(self.0, 4, 6),
            one(self.0, 5, 7),
        ]
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = UsageBit> {
        (0..12).map(UsageBit).filter(move |bit| self.contains(*bit))
    }
}

impl UsageBit {
    pub(crate) const IN_HARDIRQ: Self = Self(0);
    pub(crate) const HARDIRQ_ON: Self = Self(2);
    pub(crate) const IN_SOFTIRQ: Self = Self(4);
    pub(crate) const SOFTIRQ_ON: Self = Self(6);
    pub(crate) const USED: Self = Self(8);
    const IN_HARDIRQ_READER: Self = Self(10);
    const IN_SOFTIRQ_READER: Self = Self(11);

    /// This bit for a lock taken as `mode`: the READ twin for readers.
    pub(crate) const fn of(self, mode: Mode) -> Self {
        if mode.is_read() {
            Self(self.0 | 1)
        } else {
            self
        }
    }

    /// Our own bit beside an IN-READ bit, for a non-recursive reader.
    pub(crate) const fn reader(self) -> Self {
        if self.0 < 4 {
            Self::IN_HARDIRQ_READER
        } else {
            Self::IN_SOFTIRQ_READER
        }
    }

    /// Whether this is one of the ON bits.
    pub(crate) const fn is_on(self) -> bool {
        self.0 < 8 && self.0 & 2 != 0
    }

    /// Whether this bit was set by a reader.
    pub(crate) const fn is_read(self) -> bool {
        self.0 > 9 || self.0 & 1 != 0
    }

    /// Whether this bit is one of the eight (and two) that interrupts are about.
    pub(crate) const fn is_irq(self) -> bool {
        self.0 < 8 || self.0 > 9
    }

    /// The state's name in a kernel report: `IN-HARDIRQ-W`, `SOFTIRQ-ON-R`.
    pub(crate) const fn report_name(self) -> &'static str {
        match self.0 {
            0 => "IN-HARDIRQ-W",
            1 | 10 => "IN-HARDIRQ-R",
            2 => "HARDIRQ-ON-W",
            3 => "HARDIRQ-ON-R",
            4 => "IN-SOFTIRQ-W",
            5 | 11 => "IN-SOFTIRQ-R",
            6 => "SOFTIRQ-ON-W",
            7 => "SOFTIRQ-ON-R",
            8 => "INITIAL USE",
            _ => "INITIAL READ USE",
        }
    }

    /// The interrupt this bit is about.
    pub(crate) const fn is_soft(self) -> bool {
        matches!(self.0, 4..8 | 11)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_direction_conflicts_with_both_modes_of_the_other() {
        assert_eq!(Usage::from_bits(1).conflicting().bits(), 0b1100);
        assert_eq!(
            Usage::from_bits(0b100).conflicting().bits(),
            0b0100_0000_0011
        );
        assert_eq!(
            Usage::from_bits(0b10_0000).conflicting().bits(),
            0b1100_0000
        );
        assert_eq!(Usage::from_bits(1 << 11).conflicting().bits(), 0b1100_0000);
    }

    #[test]
    fn masking_readers_keeps_the_non_recursive_ones() {
        assert_eq!(
            Usage::from_bits(0b1111_1111_1111).without_read().bits(),
            0b1111_0101_0101
        );
    }
}
