//! How the kernel that printed a report numbers its wait types, which depends on how it was built.

use fence_engine::WaitType;

use super::splats::classes_of;
use crate::splat::{Report, WaitTypes};

/// What the kernel of a report calls its wait types: with `CONFIG_PROVE_RAW_LOCK_NESTING` sleeping is 4, otherwise 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbering {
    WithNesting,
    Without,
    Unknown,
}

impl Numbering {
    pub(super) fn of(report: &Report) -> Self {
        let mut locks = classes_of(report).filter_map(|class| class.wait);
        let sleeps_at = |wait: WaitTypes, number: u8| wait.inner == number || wait.outer == number;
        if report.context.is_some_and(|wait| sleeps_at(wait, 5))
            || locks.any(|wait| sleeps_at(wait, 4))
        {
            Self::WithNesting
        } else if report.context.is_some_and(|wait| sleeps_at(wait, 4)) {
            Self::Without
        } else {
            Self::Unknown
        }
    }

    pub(super) fn wait_type(self, number: u8) -> WaitType {
        match (number, self) {
            (1, _) => WaitType::Free,
            (2, _) => WaitType::Spin,
            (3, Self::WithNesting) => WaitType::Config,
            (3, Self::Without) | (4, Self::WithNesting) => WaitType::Sleep,
            (5, Self::WithNesting) => WaitType::Max,
            _ => WaitType::None,
        }
    }
}
