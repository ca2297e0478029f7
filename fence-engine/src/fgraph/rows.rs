//! The rows of a class graph's tables, their order, and what two rows about the same thing say together.
//!
//! In a finished graph every table is in order, so rows compare by their indices as they would by what these stand for.

use core::cmp::Ordering;

use super::instances::Instances;
use super::roles::Roles;
use crate::class::{ClassKind, LockType, WaitType};
use crate::mode::{DepKinds, Mode};
use crate::usage::Usage;
use crate::witness::Why;

/// A place. Row 0 of the table is no place at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SiteRow {
    pub(super) file: u32,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) function: u32,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClassRow {
    pub(super) name: u32,
    pub(super) kind: ClassKind,
    pub(super) subclass: u8,
    pub(super) outer: WaitType,
    pub(super) inner: WaitType,
    pub(super) lock_type: LockType,
    pub(super) roles: Roles,
    pub(super) instances: Instances,
    pub(super) usage: Usage,
    /// The site of each usage bit, 0 where the bit is not set.
    pub(super) usage_sites: [u32; 12],
}

impl ClassRow {
    pub(super) fn key(&self) -> (u32, ClassKind, u8) {
        (self.name, self.kind, self.subclass)
    }

    /// Adds what another graph knows of the same class.
    pub(super) fn merge(&mut self, other: &Self) {
        self.outer = self.outer.max(other.outer);
        self.inner = self.inner.max(other.inner);
        if lock_type_code(other.lock_type) > lock_type_code(self.lock_type) {
            self.lock_type = other.lock_type;
        }
        self.roles = self.roles.union(other.roles);
        self.instances = self.instances.merge(other.instances);
        for bit in other.usage.iter() {
            let site = other.usage_sites[usize::from(bit.0)];
            self.use_at(bit.0, site);
        }
    }

    /// Sets a usage bit seen at `site`. Of two sites the first in order is kept, and any before none.
    pub(super) fn use_at(&mut self, bit: u8, site: u32) {
        let mine = &mut self.usage_sites[usize::from(bit)];
        let bit = Usage::from_bits(1 << bit);
        if self.usage.intersection(bit).is_empty() || sooner(site, *mine).is_lt() {
            *mine = site;
        }
        self.usage = self.usage.union(bit);
    }
}

/// The order of two sites as evidence: a place that is known is better than none.
fn sooner(a: u32, b: u32) -> Ordering {
    (a == 0, a).cmp(&(b == 0, b))
}

/// A gate: a class, and whether it was held for reading.
pub(super) type GateRow = (u32, bool);

/// A lock that was held when an edge was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct HeldRow {
    pub(super) class: u32,
    pub(super) site: u32,
    pub(super) mode: Mode,
}

/// An edge. It has one witness for each of its kinds, in the order of the kinds' bits, from `first` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EdgeRow {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) first: u32,
    pub(super) kinds: DepKinds,
    pub(super) direct: bool,
}

impl EdgeRow {
    pub(super) fn ends(&self) -> (u32, u32) {
        (self.from, self.to)
    }

    pub(super) fn witnesses(&self) -> usize {
        self.kinds.bits().count_ones() as usize
    }
}

/// What was seen when an edge of one kind was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WitnessRow {
    /// The gates around all that was seen of this kind, not only around what the witness tells of.
    pub(super) gates: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) task: u32,
    pub(super) held: u32,
    pub(super) why: Why,
}

impl WitnessRow {
    /// The order in which witnesses of one kind of one edge are preferred: declared ones, as in a run, where the
    /// contract comes first; then those with known places; then the first place. In a recording, whose lines are
    /// moments, that is the witness a run would have kept.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |row: &Self| {
            (
                row.why != Why::Declared,
                row.to == 0,
                row.from == 0,
                row.to,
                row.from,
                row.task,
                row.why as u8,
                row.held,
            )
        };
        key(self).cmp(&key(other))
    }
}

pub(super) const fn lock_type_code(lock_type: LockType) -> u8 {
    match lock_type {
        LockType::Normal => 0,
        LockType::PerCpu => 1,
        LockType::WaitOverride => 2,
    }
}

pub(super) const fn lock_type(code: u8) -> Option<LockType> {
    match code {
        0 => Some(LockType::Normal),
        1 => Some(LockType::PerCpu),
        2 => Some(LockType::WaitOverride),
        _ => None,
    }
}

pub(super) const fn wait_type(code: u8) -> Option<WaitType> {
    match code {
        0 => Some(WaitType::None),
        1 => Some(WaitType::Free),
        2 => Some(WaitType::Spin),
        3 => Some(WaitType::Config),
        4 => Some(WaitType::Sleep),
        5 => Some(WaitType::Max),
        _ => None,
    }
}
