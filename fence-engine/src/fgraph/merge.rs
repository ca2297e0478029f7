//! Merging: what several runs have seen, as if one had seen it all.
//!
//! Every fact of a graph is an element of a join-semilattice, and merging takes the join of each: usage bits, kinds,
//! roles and directness are united; of wait types the deepest is kept; of sites and witnesses the first in an order that
//! depends on nothing but what they say; gates are intersected; instances as [`super::Instances`] says. So merging is
//! associative, commutative and idempotent, whatever the graphs.
//!
//! Tables are in order, so two graphs are merged by walking both in step, without looking anything up.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::class_graph::ClassGraph;
use super::join::Joined;
use super::rows::{ClassRow, EdgeRow, HeldRow, SiteRow, WitnessRow};
use super::strings::Strings;

/// The new index of each row of two tables, in the table that has the rows of both.
struct Renamed {
    ours: Vec<u32>,
    theirs: Vec<u32>,
}

impl Renamed {
    fn with_capacity(ours: usize, theirs: usize) -> Self {
        Self {
            ours: Vec::with_capacity(ours),
            theirs: Vec::with_capacity(theirs),
        }
    }
}

/// Walks two tables in step: `next` is told which of the two rows at hand comes first, and gives it a place.
fn in_step(
    ours: usize,
    theirs: usize,
    order: impl Fn(usize, usize) -> Ordering,
    mut next: impl FnMut(usize, usize, Ordering) -> u32,
) -> Renamed {
    let mut renamed = Renamed::with_capacity(ours, theirs);
    let (mut a, mut b) = (0, 0);
    while a < ours || b < theirs {
        let order = match (a < ours, b < theirs) {
            (true, true) => order(a, b),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let index = next(a, b, order);
        if order.is_le() {
            renamed.ours.push(index);
            a += 1;
        }
        if order.is_ge() {
            renamed.theirs.push(index);
            b += 1;
        }
    }
    renamed
}

impl ClassGraph {
    /// What this graph and another say together.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        self.merge_in_order(other).without_unused()
    }

    fn without_unused(mut self) -> Self {
        if !self.used().is_all() {
            self.order();
        }
        self
    }

    /// The same, in order but with rows that nothing uses any more: dropping these is worth it once they are many.
    fn merge_in_order(&self, other: &Self) -> Self {
        let (strings, names) = merge_strings(&self.strings, &other.strings);
        let (sites, places) = merge_sites(self, other, &names);
        let (classes, nodes) = merge_classes(self, other, &names, &places);
        let gate = |nodes: &[u32], gate: (u32, bool)| (nodes[gate.0 as usize], gate.1);
        let (gates, our_gates, their_gates) = self.gates.union(
            |row| gate(&nodes.ours, row),
            &other.gates,
            |row| gate(&nodes.theirs, row),
        );
        let hold = |nodes: &[u32], places: &[u32], row: HeldRow| HeldRow {
            class: nodes[row.class as usize],
            site: places[row.site as usize],
            mode: row.mode,
        };
        let (held, our_held, their_held) = self.held.union(
            |row| hold(&nodes.ours, &places.ours, row),
            &other.held,
            |row| hold(&nodes.theirs, &places.theirs, row),
        );
        let ours = Side {
            names: &names.ours,
            places: &places.ours,
            nodes: &nodes.ours,
            gates: &our_gates,
            held: &our_held,
        };
        let theirs = Side {
            names: &names.theirs,
            places: &places.theirs,
            nodes: &nodes.theirs,
            gates: &their_gates,
            held: &their_held,
        };
        let mut merged = Self {
            whole_thread: self.whole_thread || other.whole_thread,
            strings,
            sites,
            classes,
            gates,
            held,
            edges: Vec::new(),
            witnesses: Vec::new(),
        };
        merged.merge_edges((self, &ours), (other, &theirs));
        if !merged.used().is_most() {
            merged.order();
        }
        merged
    }

    fn merge_edges(&mut self, (a, ours): (&Self, &Side<'_>), (b, theirs): (&Self, &Side<'_>)) {
        let known = self.gates.len();
        let most = |a: usize, b: usize| a.max(b) + a.min(b) / 4;
        let mut joined = Joined::with_capacity(
            most(a.edges.len(), b.edges.len()),
            most(a.witnesses.len(), b.witnesses.len()),
        );
        let (mut left, mut right) = (a.edges.iter().peekable(), b.edges.iter().peekable());
        let mut kept = Vec::new();
        loop {
            let (mine, yours) = (
                left.peek().map(|row| ours.edge(row)),
                right.peek().map(|row| theirs.edge(row)),
            );
            let order = match (&mine, &yours) {
                (Some(mine), Some(yours)) => mine.ends().cmp(&yours.ends()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let mine = mine
                .filter(|_| order.is_le())
                .zip(left.next_if(|_| order.is_le()));
            let yours = yours
                .filter(|_| order.is_ge())
                .zip(right.next_if(|_| order.is_ge()));
            match (mine, yours) {
                (Some((mine, row)), Some((yours, other))) => {
                    kept.clear();
                    kept.extend(ours.witnesses(a, row));
                    joined.push_both(
                        &mut self.gates,
                        (mine, &kept),
                        (yours, theirs.witnesses(b, other)),
                    );
                }
                (Some((mine, row)), None) => joined.push(mine, ours.witnesses(a, row)),
                (None, Some((yours, other))) => joined.push(yours, theirs.witnesses(b, other)),
                (None, None) => {}
            }
        }
        self.edges = joined.edges;
        self.witnesses = joined.witnesses;
        // New sets stand behind the others, out of order.
        if self.gates.len() > known {
            self.order();
        }
    }
}

/// Merges any number of graphs that come one by one, so that they need not be in memory together: of `n` graphs each
/// goes through `log n` merges, and as many are kept.
#[derive(Clone, Debug, Default)]
pub struct Merger {
    /// As in a binary counter: a pile of graphs, each of twice as many as the next, with the logarithm of that number.
    pile: Vec<(ClassGraph, u32)>,
}

impl Merger {
    /// A merger that was given no graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a graph.
    pub fn add(&mut self, graph: ClassGraph) {
        let mut top = (graph, 0);
        while self.pile.last().is_some_and(|below| below.1 == top.1) {
            if let Some((below, rank)) = self.pile.pop() {
                top = (below.merge_in_order(&top.0), rank + 1);
            }
        }
        self.pile.push(top);
    }

    /// What all of them say together.
    pub fn finish(self) -> ClassGraph {
        let mut graphs = self.pile.into_iter().rev().map(|(graph, _)| graph);
        let Some(last) = graphs.next() else {
            return ClassGraph::new();
        };
        let merged = graphs.fold(last, |merged, graph| graph.merge_in_order(&merged));
        merged.without_unused()
    }
}

/// What all of `graphs` say together.
pub fn merge_all(graphs: impl IntoIterator<Item = ClassGraph>) -> ClassGraph {
    let mut merger = Merger::new();
    graphs.into_iter().for_each(|graph| merger.add(graph));
    merger.finish()
}

/// What the indices of one of the two graphs become.
struct Side<'a> {
    names: &'a [u32],
    places: &'a [u32],
    nodes: &'a [u32],
    gates: &'a [u32],
    held: &'a [u32],
}

impl Side<'_> {
    fn edge(&self, row: &EdgeRow) -> EdgeRow {
        EdgeRow {
            from: self.nodes[row.from as usize],
            to: self.nodes[row.to as usize],
            ..*row
        }
    }

    fn witnesses<'a>(
        &'a self,
        graph: &'a ClassGraph,
        row: &EdgeRow,
    ) -> impl Iterator<Item = WitnessRow> + 'a {
        graph.edge_witnesses(row).iter().map(|row| WitnessRow {
            gates: self.gates[row.gates as usize],
            from: self.places[row.from as usize],
            to: self.places[row.to as usize],
            task: self.names[row.task as usize],
            held: self.held[row.held as usize],
            why: row.why,
        })
    }
}

fn merge_strings(ours: &Strings, theirs: &Strings) -> (Strings, Renamed) {
    let most = |a: usize, b: usize| a.max(b) + a.min(b) / 4;
    let mut table = Strings::with_capacity(
        most(ours.len(), theirs.len()),
        most(ours.bytes(), theirs.bytes()),
    );
    // Index 0 is the empty string in every table.
    let mut renamed = in_step(
        ours.len() - 1,
        theirs.len() - 1,
        |a, b| ours.get(a as u32 + 1).cmp(theirs.get(b as u32 + 1)),
        |a, b, order| {
            table.push(if order.is_le() {
                ours.get(a as u32 + 1)
            } else {
                theirs.get(b as u32 + 1)
            })
        },
    );
    renamed.ours.insert(0, 0);
    renamed.theirs.insert(0, 0);
    (table, renamed)
}

fn merge_sites(a: &ClassGraph, b: &ClassGraph, names: &Renamed) -> (Vec<SiteRow>, Renamed) {
    let rename = |row: &SiteRow, names: &[u32]| SiteRow {
        file: names[row.file as usize],
        function: names[row.function as usize],
        ..*row
    };
    let ours = |at: usize| rename(&a.sites[at], &names.ours);
    let theirs = |at: usize| rename(&b.sites[at], &names.theirs);
    let mut table = Vec::with_capacity(a.sites.len().max(b.sites.len()));
    let renamed = in_step(
        a.sites.len(),
        b.sites.len(),
        |at, other| ours(at).cmp(&theirs(other)),
        |at, other, order| {
            table.push(if order.is_le() {
                ours(at)
            } else {
                theirs(other)
            });
            (table.len() - 1) as u32
        },
    );
    (table, renamed)
}

fn merge_classes(
    a: &ClassGraph,
    b: &ClassGraph,
    names: &Renamed,
    places: &Renamed,
) -> (Vec<ClassRow>, Renamed) {
    let rename = |row: &ClassRow, names: &[u32], places: &[u32]| ClassRow {
        name: names[row.name as usize],
        usage_sites: row.usage_sites.map(|site| places[site as usize]),
        ..row.clone()
    };
    let ours = |at: usize| rename(&a.classes[at], &names.ours, &places.ours);
    let theirs = |at: usize| rename(&b.classes[at], &names.theirs, &places.theirs);
    let our_key = |at: usize| {
        (
            names.ours[a.classes[at].name as usize],
            a.classes[at].kind,
            a.classes[at].subclass,
        )
    };
    let their_key = |at: usize| {
        (
            names.theirs[b.classes[at].name as usize],
            b.classes[at].kind,
            b.classes[at].subclass,
        )
    };
    let mut table = Vec::with_capacity(a.classes.len().max(b.classes.len()));
    let renamed = in_step(
        a.classes.len(),
        b.classes.len(),
        |at, other| our_key(at).cmp(&their_key(other)),
        |at, other, order| {
            let mut row = if order.is_le() {
                ours(at)
            } else {
                theirs(other)
            };
            if order.is_eq() {
                row.merge(&theirs(other));
            }
            table.push(row);
            (table.len() - 1) as u32
        },
    );
    (table, renamed)
}
