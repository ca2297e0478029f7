//! Gates: locks held around a dependency that keep two tasks from being in the middle of it at once.
//!
//! A cycle cannot hang while two of its waits exclude each other. Sets of gates are interned, because many edges share
//! one, and an edge keeps the intersection of all the sets it was seen under.

use alloc::boxed::Box;
use alloc::vec::Vec;
use hashbrown::HashMap;

use crate::class::ClassId;
use crate::hash::Hasher;

/// An interned set of gates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct GateSet(u32);

/// One gate: a class and whether it was held for reading.
pub(crate) type Gate = (ClassId, bool);

#[derive(Clone, Debug)]
pub(crate) struct Gates {
    sets: Vec<Box<[Gate]>>,
    index: HashMap<Box<[Gate]>, u32, Hasher>,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            sets: alloc::vec![Box::default()],
            index: HashMap::default(),
        }
    }
}

impl GateSet {
    /// No gate at all.
    pub(crate) const EMPTY: Self = Self(0);
}

impl Gates {
    /// The set of `gates`, which need not be sorted. A class held both ways counts as held exclusively.
    pub(crate) fn intern(&mut self, mut gates: Vec<Gate>) -> GateSet {
        if gates.is_empty() {
            return GateSet::EMPTY;
        }
        gates.sort_unstable();
        gates.dedup_by_key(|gate| gate.0);
        if let Some(&id) = self.index.get(&gates[..]) {
            return GateSet(id);
        }
        let id = self.sets.len() as u32;
        let gates = gates.into_boxed_slice();
        self.sets.push(gates.clone());
        self.index.insert(gates, id);
        GateSet(id)
    }

    pub(crate) fn get(&self, set: GateSet) -> &[Gate] {
        &self.sets[set.0 as usize]
    }

    /// The gates in both sets; one held shared in either is shared.
    pub(crate) fn intersection(&mut self, a: GateSet, b: GateSet) -> GateSet {
        if a == b || a == GateSet::EMPTY {
            return a;
        }
        if b == GateSet::EMPTY {
            return b;
        }
        let common = self.get(a).iter().filter_map(|&(class, shared)| {
            let &(_, theirs) = self.get(b).iter().find(|gate| gate.0 == class)?;
            Some((class, shared || theirs))
        });
        let common = common.collect();
        self.intern(common)
    }

    /// Whether the gates of `a` were all around `b` as well, none of them weaker there.
    pub(crate) fn within(&self, a: GateSet, b: GateSet) -> bool {
        a == b
            || self.get(a).iter().all(|&(class, shared)| {
                let theirs = self.get(b).iter().find(|gate| gate.0 == class);
                theirs.is_some_and(|&(_, theirs)| shared || !theirs)
            })
    }

    /// A gate, among those that `counts`, that keeps holders of `a` and `b` apart: in both sets, exclusive in one.
    pub(crate) fn exclude(
        &self,
        a: GateSet,
        b: GateSet,
        counts: impl Fn(ClassId) -> bool,
    ) -> Option<ClassId> {
        let (a, b) = (self.get(a), self.get(b));
        a.iter().find_map(|&(class, shared)| {
            let &(_, theirs) = b.iter().find(|gate| gate.0 == class)?;
            (!(shared && theirs) && counts(class)).then_some(class)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_readers_of_a_gate_do_not_exclude_each_other() {
        let mut gates = Gates::default();
        let (g, h) = (ClassId(1), ClassId(2));
        let read = gates.intern(alloc::vec![(g, true), (h, true)]);
        let write = gates.intern(alloc::vec![(g, false)]);
        assert_eq!(gates.exclude(read, read, |_| true), None);
        assert_eq!(gates.exclude(read, write, |_| true), Some(g));
        assert_eq!(gates.exclude(read, write, |_| false), None);
        let both = gates.intersection(read, write);
        assert_eq!(gates.get(both), &[(g, true)]);
    }
}
