//! In which interrupt contexts a class was used: lockdep's bits, their names and characters.

use std::fmt;

/// One of lockdep's usage bits (`enum lock_usage_bit`), by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum UsageBit {
    /// Taken in a hardirq.
    InHardirq = 0,
    /// Taken for reading in a hardirq.
    InHardirqRead = 1,
    /// Taken with hardirqs enabled.
    HardirqOn = 2,
    /// Taken for reading with hardirqs enabled.
    HardirqOnRead = 3,
    /// Taken in a softirq.
    InSoftirq = 4,
    /// Taken for reading in a softirq.
    InSoftirqRead = 5,
    /// Taken with softirqs enabled.
    SoftirqOn = 6,
    /// Taken for reading with softirqs enabled.
    SoftirqOnRead = 7,
    /// Taken at all.
    Used = 8,
    /// Taken for reading at all.
    UsedRead = 9,
}

impl UsageBit {
    /// All bits in the order of their numbers.
    pub const ALL: [UsageBit; 10] = [
        UsageBit::InHardirq,
        UsageBit::InHardirqRead,
        UsageBit::HardirqOn,
        UsageBit::HardirqOnRead,
        UsageBit::InSoftirq,
        UsageBit::InSoftirqRead,
        UsageBit::SoftirqOn,
        UsageBit::SoftirqOnRead,
        UsageBit::Used,
        UsageBit::UsedRead,
    ];

    /// The words that lockdep's reports use.
    pub fn words(self) -> &'static str {
        match self {
            UsageBit::InHardirq => "IN-HARDIRQ-W",
            UsageBit::InHardirqRead => "IN-HARDIRQ-R",
            UsageBit::HardirqOn => "HARDIRQ-ON-W",
            UsageBit::HardirqOnRead => "HARDIRQ-ON-R",
            UsageBit::InSoftirq => "IN-SOFTIRQ-W",
            UsageBit::InSoftirqRead => "IN-SOFTIRQ-R",
            UsageBit::SoftirqOn => "SOFTIRQ-ON-W",
            UsageBit::SoftirqOnRead => "SOFTIRQ-ON-R",
            UsageBit::Used => "INITIAL USE",
            UsageBit::UsedRead => "INITIAL READ USE",
        }
    }

    /// The bit that lockdep's reports mean by `words`.
    pub fn from_words(words: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|bit| bit.words().as_bytes() == words)
    }
}

impl fmt::Display for UsageBit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A set of [`UsageBit`]s, numbered as lockdep numbers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage(u16);

impl Usage {
    /// The set as a mask: bit 0 is [`UsageBit::InHardirq`].
    pub fn mask(self) -> u16 {
        self.0
    }

    /// Whether `bit` is in the set.
    pub fn contains(self, bit: UsageBit) -> bool {
        self.0 & (1 << bit as u8) != 0
    }

    /// Reads the four characters that lockdep prints, such as `+.+.`.
    ///
    /// They stand for hardirq, hardirq-read, softirq, softirq-read; each is `-` for in interrupt, `+`
    /// for interrupts enabled, `?` for both, `.` for neither. `None` if they are anything else.
    pub fn from_chars(chars: &[u8]) -> Option<Self> {
        let chars: [u8; 4] = chars.try_into().ok()?;
        let mut mask = 0;
        for (char, in_bit) in chars.into_iter().zip([0_u16, 1, 4, 5]) {
            let (in_irq, irq_on) = (1 << in_bit, 1 << (in_bit + 2));
            mask |= match char {
                b'.' => 0,
                b'-' => in_irq,
                b'+' => irq_on,
                b'?' => in_irq | irq_on,
                _ => return None,
            };
        }
        Some(Usage(mask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_sets_the_bits_of_its_place() {
        let mask = |chars: &[u8]| Usage::from_chars(chars).map(Usage::mask);
        assert_eq!(mask(b"...."), Some(0));
        // In interrupt: bits 0, 1, 4, 5; enabled: 2, 3, 6, 7.
        assert_eq!(mask(b"----"), Some(0b0011_0011));
        assert_eq!(mask(b"++++"), Some(0b1100_1100));
        assert_eq!(mask(b"????"), Some(0b1111_1111));
        assert_eq!(mask(b"+..."), Some(0b0000_0100));
        assert_eq!(mask(b".-.."), Some(0b0000_0010));
        assert_eq!(mask(b"..-."), Some(0b0001_0000));
        assert_eq!(mask(b"...+"), Some(0b1000_0000));
    }

    #[test]
    fn other_characters_and_lengths_are_no_usage() {
        for chars in [&b"+.+"[..], b"+.+.+", b"+.x.", b""] {
            assert_eq!(Usage::from_chars(chars), None);
        }
    }

    #[test]
    fn words_and_numbers_of_the_bits_agree() {
        for (number, bit) in UsageBit::ALL.into_iter().enumerate() {
            assert_eq!(bit as usize, number);
            assert_eq!(UsageBit::from_words(bit.words().as_bytes()), Some(bit));
        }
        assert_eq!(UsageBit::from_words(b"IN-HARDIRQ"), None);
    }

    #[test]
    fn a_set_contains_what_its_characters_say() {
        let usage = Usage::from_chars(b"?.+.").expect("four characters");
        let bits: Vec<_> = UsageBit::ALL
            .into_iter()
            .filter(|&bit| usage.contains(bit))
            .collect();
        assert_eq!(
            bits,
            [
                UsageBit::InHardirq,
                UsageBit::HardirqOn,
                UsageBit::SoftirqOn
            ]
        );
    }
}
