//! Two edges between the same classes as one.

use alloc::vec::Vec;
use hashbrown::HashMap;

use super::lists::Lists;
use super::rows::{EdgeRow, GateRow, WitnessRow};
use crate::hash::Hasher;

/// Edges being put together from those of one or two graphs, in the order of their ends.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub(super) edges: Vec<EdgeRow>,
    pub(super) witnesses: Vec<WitnessRow>,
    /// Intersections computed before.
    intersections: HashMap<(u32, u32), u32, Hasher>,
}

impl Joined {
    pub(super) fn with_capacity(edges: usize, witnesses: usize) -> Self {
        Self {
            edges: Vec::with_capacity(edges),
            witnesses: Vec::with_capacity(witnesses),
            intersections: HashMap::default(),
        }
    }

    /// Appends an edge.
    pub(super) fn push(&mut self, edge: EdgeRow, witnesses: impl IntoIterator<Item = WitnessRow>) {
        let first = self.witnesses.len() as u32;
        self.edges.push(EdgeRow { first, ..edge });
        self.witnesses.extend(witnesses);
    }

    /// Takes the last edge off again if it has these ends.
    pub(super) fn pop_if(&mut self, ends: (u32, u32)) -> Option<(EdgeRow, Vec<WitnessRow>)> {
        let edge = *self.edges.last().filter(|edge| edge.ends() == ends)?;
        self.edges.pop();
        let witnesses = self.witnesses.split_off(edge.first as usize);
        Some((edge, witnesses))
    }

    /// Appends an edge that two graphs have: all kinds of both, with the better witness and the common gates of each.
    pub(super) fn push_both(
        &mut self,
        gates: &mut Lists<GateRow>,
        (edge, ours): (EdgeRow, &[WitnessRow]),
        (other, theirs): (EdgeRow, impl Iterator<Item = WitnessRow>),
    ) {
        let first = self.witnesses.len() as u32;
        let kinds = edge.kinds.union(other.kinds);
        let (mut ours, mut theirs) = (ours.iter().copied(), theirs);
        for kind in kinds.singles() {
            let mine = edge.kinds.contains(kind).then(|| ours.next()).flatten();
            let yours = other.kinds.contains(kind).then(|| theirs.next()).flatten();
            let both = match (mine, yours) {
                (Some(mine), Some(yours)) => {
                    let better = if yours.order(&mine).is_lt() {
                        yours
                    } else {
                        mine
                    };
                    Some(WitnessRow {
                        gates: self.intersection(gates, mine.gates, yours.gates),
                        ..better
                    })
                }
                (mine, yours) => mine.or(yours),
            };
            self.witnesses.extend(both);
        }
        let direct = edge.direct || other.direct;
        self.edges.push(EdgeRow {
            first,
            kinds,
            direct,
            ..edge
        });
    }

    /// The gates in both sets, one held shared in either being shared. Sets are sorted; a new one is appended.
    fn intersection(&mut self, gates: &mut Lists<GateRow>, a: u32, b: u32) -> u32 {
        if a == b || a == 0 || b == 0 {
            return if a == b { a } else { 0 };
        }
        if let Some(&known) = self.intersections.get(&(a, b)) {
            return known;
        }
        let theirs = gates.get(b);
        let common: Vec<GateRow> = gates
            .get(a)
            .iter()
            .filter_map(|&(class, shared)| {
                let at = theirs.binary_search_by_key(&class, |gate| gate.0).ok()?;
                Some((class, shared || theirs[at].1))
            })
            .collect();
        let set = if common.is_empty() {
            0
        } else {
            gates.push(common)
        };
        self.intersections.insert((a, b), set);
        set
    }
}
