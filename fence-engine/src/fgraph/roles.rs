//! Which class of the built-in contract a class is.

use crate::class::ClassId;
use crate::contract::Contract;

/// The parts that a class plays in the built-in contract, see [`Contract`]: usually none, otherwise one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// No part in it.
    pub const NONE: Self = Self(0);
    /// The mmap lock.
    pub const MMAP: Self = Self(1);
    /// The ww acquire context of reservations.
    pub const RESV_CONTEXT: Self = Self(2);
    /// The reservation lock.
    pub const RESV: Self = Self(4);
    /// Direct reclaim.
    pub const RECLAIM: Self = Self(8);
    /// The MMU notifier.
    pub const NOTIFIER: Self = Self(16);
    /// The fence map.
    pub const FENCE: Self = Self(32);

    pub(super) const ALL: [Self; 6] = [
        Self::MMAP,
        Self::RESV_CONTEXT,
        Self::RESV,
        Self::RECLAIM,
        Self::NOTIFIER,
        Self::FENCE,
    ];

    /// The parts as a bit mask, in the order of the constants.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The parts of a bit mask; bits beyond the six are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0x3f)
    }

    /// Whether every part of `other` is among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These parts and those of `other`.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The parts of `class` in `contract`.
    pub(super) fn of(class: ClassId, contract: Option<Contract>) -> Self {
        let Some(contract) = contract else {
            return Self::NONE;
        };
        let roles = contract.classes().into_iter().zip(Self::ALL);
        roles
            .filter(|(part, _)| *part == class)
            .fold(Self::NONE, |roles, (_, role)| roles.union(role))
    }
}
