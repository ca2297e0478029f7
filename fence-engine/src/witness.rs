//! What was seen when a dependency was: both places, the task, what it held, and why there is a dependency at all.

use alloc::boxed::Box;

use crate::class::ClassId;
use crate::mode::{DepKinds, Mode};
use crate::site::{Site, SourceId};

/// A lock held while an edge was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HeldAt {
    /// Its class.
    pub class: ClassId,
    /// Where it was taken.
    pub site: Site,
    /// How it was taken.
    pub mode: Mode,
}

/// What was seen when an edge, or a new kind of one, was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Witness {
    /// How the earlier lock was held and the later one taken.
    pub kinds: DepKinds,
    /// Where the earlier lock was taken.
    pub from: Site,
    /// Where the later lock was taken.
    pub to: Site,
    /// The task, as a source whose function is its name.
    pub task: SourceId,
    /// Why there is an edge, where it is not simply that one lock was held.
    pub why: Why,
    /// Everything the task held, oldest first.
    pub held: Box<[HeldAt]>,
}

/// Why one class depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Why {
    /// The later one was taken or waited for while the earlier one was held.
    Held = 0,
    /// The built-in contract or a declared order says so.
    Declared = 1,
    /// The later one was taken between a fence's publication and its signal, or in its section.
    BeforeSignal = 2,
    /// The later one was held when the section opened, or around the signal or completion.
    AroundSignal = 3,
    /// The work item that signals was queued there.
    HandedOff = 4,
}

impl Why {
    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Declared,
            2 => Self::BeforeSignal,
            3 => Self::AroundSignal,
            4 => Self::HandedOff,
            _ => Self::Held,
        }
    }
}
