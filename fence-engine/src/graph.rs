//! The dependency graph: an edge `A -> B` says that B was taken while A was held, so A's holders may wait for B's.
//!
//! Edges carry the kinds of their two ends, a distance, the gates they were taken under, and witnesses. Two searches run
//! over them: for strong paths, and (as summaries kept per class) for the interrupt usage on either side.

use alloc::vec::Vec;
use hashbrown::HashMap;

use crate::class::{ClassId, Classes};
use crate::gates::GateSet;
use crate::hash::Hasher;
use crate::mode::{DepKinds, Mode};
use crate::order::{Order, Position};
use crate::usage::Usage;
use crate::witness::Witness;

/// The index of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EdgeId(pub(crate) u32);

/// One dependency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) from: ClassId,
    pub(crate) to: ClassId,
    /// The newest witness; older ones hang off it.
    pub(crate) witness: u32,
    /// For each kind it was seen in, by the number of its bit, the gates it had around it each time.
    pub(crate) gates: [GateSet; 4],
    pub(crate) distance: u16,
    pub(crate) kinds: DepKinds,
    /// Closes a deadlock that was reported: kept out of all searches.
    pub(crate) quarantined: bool,
}

impl Edge {
    /// The gates around it in one kind.
    pub(crate) fn gates(&self, kind: DepKinds) -> GateSet {
        self.gates[kind.index()]
    }
}

/// The usage summaries of a class, indexed by whether only readers count there.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    /// ON bits on strong paths from here, `[1]` if entered as recursive reader only.
    forward: [Usage; 2],
    /// IN bits on strong paths to here, `[1]` if left as shared holder only.
    backward: [Usage; 2],
}

impl Reach {
    /// Adds a class's own usage to its summaries.
    fn add(&mut self, usage: Usage) {
        let (on, inside) = (
            usage.intersection(Usage::ON_ALL),
            usage.intersection(Usage::IN_ALL),
        );
        self.forward[0] = self.forward[0].union(on);
        self.forward[1] = self.forward[1].union(on.without_read());
        self.backward[0] = self.backward[0].union(inside);
        self.backward[1] = self.backward[1].union(inside.without_read());
    }
}

/// The dependency graph. See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    index: HashMap<u64, EdgeId, Hasher>,
    /// Outgoing and incoming neighbours of each class, quarantined edges left out, in order of first sight.
    after: Vec<Vec<ClassId>>,
    before: Vec<Vec<ClassId>>,
    reach: Vec<Reach>,
    order: Order,
    witnesses: Vec<(Witness, u32)>,
    quarantined: Vec<EdgeId>,
    pub(crate) real_locks_only: bool,
}

const NO_WITNESS: u32 = u32::MAX;

fn key(from: ClassId, to: ClassId) -> u64 {
    u64::from(from.0) << 32 | u64::from(to.0)
}

impl Graph {
    pub(crate) fn grow(&mut self, classes: usize) {
        self.order.grow(classes);
        self.after.resize_with(classes, Vec::new);
        self.before.resize_with(classes, Vec::new);
        self.reach.resize_with(classes, Reach::default);
    }

    pub(crate) fn edge(&self, from: ClassId, to: ClassId) -> Option<EdgeId> {
        self.index.get(&key(from, to)).copied()
    }

    pub(crate) fn get(&self, id: EdgeId) -> &Edge {
        &self.edges[id.0 as usize]
    }

    pub(crate) fn get_mut(&mut self, id: EdgeId) -> &mut Edge {
        &mut self.edges[id.0 as usize]
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.edges.len()
    }

    pub(crate) fn after(&self, class: ClassId) -> &[ClassId] {
        self.after.get(class.index()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn before(&self, class: ClassId) -> &[ClassId] {
        self.before.get(class.index()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn position(&self, class: ClassId) -> Position {
        self.order.position(class)
    }

    /// Whether there is a path from `to` to `from`, strong or not, quarantined edges left out.
    pub(crate) fn has_way_round(&mut self, from: ClassId, to: ClassId) -> bool {
        let (after, before) = (&self.after, &self.before);
        self.order.has_way_round(
            from,
            to,
            |c| after[c.index()].as_slice(),
            |c| before[c.index()].as_slice(),
        )
    }

    pub(crate) fn quarantined(&self) -> &[EdgeId] {
        &self.quarantined
    }

    /// The witnesses of an edge, newest first.
    pub(crate) fn witnesses(&self, edge: EdgeId) -> impl Iterator<Item = &Witness> {
        let mut next = self.get(edge).witness;
        core::iter::from_fn(move || {
            let (witness, older) = self.witnesses.get(next as usize)?;
            next = *older;
            Some(witness)
        })
    }

    /// The oldest witness of an edge that shows one of `kinds`.
    pub(crate) fn witness(&self, edge: EdgeId, kinds: DepKinds) -> Option<&Witness> {
        self.witnesses(edge)
            .filter(|witness| !witness.kinds.intersection(kinds).is_empty())
            .last()
    }

    /// Records an edge or adds to it. The caller has decided that it may stand in the graph, or that it may not.
    pub(crate) fn record(
        &mut self,
        classes: &Classes,
        new: Edge,
        witness: Option<Witness>,
    ) -> EdgeId {
        let id = if let Some(id) = self.edge(new.from, new.to) {
            let old = self.get_mut(id);
            if new.distance == 1 {
                old.distance = 1;
            }
            let was_quarantined = old.quarantined;
            old.quarantined |= new.quarantined;
            old.kinds = old.kinds.union(new.kinds);
            for kind in new.kinds.singles() {
                old.gates[kind.index()] = new.gates(kind);
            }
            if new.quarantined && !was_quarantined {
                self.take_out(classes, id);
            }
            id
        } else {
            let id = EdgeId(self.edges.len() as u32);
            self.edges.push(Edge {
                witness: NO_WITNESS,
                ..new
            });
            self.index.insert(key(new.from, new.to), id);
            if new.quarantined {
                self.quarantined.push(id);
            } else {
                let (after, before) = (&self.after, &self.before);
                self.order.insert(
                    new.from,
                    new.to,
                    |c| after[c.index()].as_slice(),
                    |c| before[c.index()].as_slice(),
                );
                self.after[new.from.index()].push(new.to);
                self.before[new.to.index()].push(new.from);
            }
            id
        };
        if let Some(witness) = witness {
            let older = self.get(id).witness;
            self.get_mut(id).witness = self.witnesses.len() as u32;
            self.witnesses.push((witness, older));
        }
        if !self.get(id).quarantined {
            if self.absorb_forward(classes, new.from, new.to, new.kinds) {
                self.spread_forward(classes, new.from);
            }
            if self.absorb_backward(classes, new.from, new.to, new.kinds) {
                self.spread_backward(classes, new.to);
            }
        }
        id
    }

    /// Takes an edge that turned out to close a deadlock out of the searches; the order keeps its position, which
    /// stays true for the edges that are left.
    fn take_out(&mut self, classes: &Classes, id: EdgeId) {
        let Edge { from, to, .. } = *self.get(id);
        self.after[from.index()].retain(|&class| class != to);
        self.before[to.index()].retain(|&class| class != from);
        self.quarantined.push(id);
        self.rebuild_summaries(classes);
    }

    /// The kinds of the edge `from -> to`, empty where there is none.
    pub(crate) fn kinds(&self, from: ClassId, to: ClassId) -> DepKinds {
        self.edge(from, to)
            .map_or(DepKinds::default(), |id| self.get(id).kinds)
    }

    /// ON bits reachable by strong paths from `class` taken as `mode`, its own included.
    pub(crate) fn forward(&self, class: ClassId, mode: Mode) -> Usage {
        self.reach[class.index()].forward[usize::from(mode.is_recursive())]
    }

    /// IN bits that reach `class`, held as `mode`, by strong paths, its own included.
    pub(crate) fn backward(&self, class: ClassId, mode: Mode) -> Usage {
        self.reach[class.index()].backward[usize::from(mode.is_read())]
    }

    /// Brings the summaries up to date after a usage bit of `class` was set.
    pub(crate) fn usage_changed(&mut self, classes: &Classes, class: ClassId) {
        if classes[class].hides_irq_paths(self.real_locks_only) {
            return;
        }
        let usage = classes[class].usage;
        let reach = &mut self.reach[class.index()];
        let old = *reach;
        reach.add(usage);
        let new = *reach;
        if new.forward != old.forward {
            self.spread_forward(classes, class);
        }
        if new.backward != old.backward {
            self.spread_backward(classes, class);
        }
    }

    /// Adds what `to` reaches to the summary of `from`. True if that was news.
    fn absorb_forward(
        &mut self,
        classes: &Classes,
        from: ClassId,
        to: ClassId,
        kinds: DepKinds,
    ) -> bool {
        if classes[from].hides_irq_paths(self.real_locks_only) {
            return false;
        }
        let theirs = self.reach[to.index()].forward;
        let ours = &mut self.reach[from.index()].forward;
        let old = *ours;
        for (only_recursive, sum) in ours.iter_mut().enumerate() {
            let left = kinds.after(only_recursive == 1);
            if !left.is_empty() {
                *sum = sum.union(theirs[usize::from(left.only_recursive())]);
            }
        }
        *ours != old
    }

    /// Adds what reaches `from` to the summary of `to`. True if that was news.
    fn absorb_backward(
        &mut self,
        classes: &Classes,
        from: ClassId,
        to: ClassId,
        kinds: DepKinds,
    ) -> bool {
        if classes[to].hides_irq_paths(self.real_locks_only) {
            return false;
        }
        let theirs = self.reach[from.index()].backward;
        let ours = &mut self.reach[to.index()].backward;
        let old = *ours;
        for (only_shared, sum) in ours.iter_mut().enumerate() {
            let left = kinds.before(only_shared == 1);
            if !left.is_empty() {
                *sum = sum.union(theirs[usize::from(left.only_shared())]);
            }
        }
        *ours != old
    }

    fn spread_forward(&mut self, classes: &Classes, changed: ClassId) {
        let mut todo = alloc::vec![changed];
        while let Some(class) = todo.pop() {
            for at in 0..self.before[class.index()].len() {
                let previous = self.before[class.index()][at];
                if self.absorb_forward(classes, previous, class, self.kinds(previous, class)) {
                    todo.push(previous);
                }
            }
        }
    }

    fn spread_backward(&mut self, classes: &Classes, changed: ClassId) {
        let mut todo = alloc::vec![changed];
        while let Some(class) = todo.pop() {
            for at in 0..self.after[class.index()].len() {
                let next = self.after[class.index()][at];
                if self.absorb_backward(classes, class, next, self.kinds(class, next)) {
                    todo.push(next);
                }
            }
        }
    }

    /// Computes all summaries anew, which is needed only when an edge left the graph.
    fn rebuild_summaries(&mut self, classes: &Classes) {
        self.reach.fill(Reach::default());
        for (class, _) in classes.iter().take(self.reach.len()) {
            self.usage_changed(classes, class);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    /// Bytes held per edge, besides its witnesses and the per-class tables.
    pub(crate) fn bytes_per_edge(&self) -> f64 {
        let neighbours: usize = self
            .after
            .iter()
            .chain(&self.before)
            .map(|list| list.capacity() * size_of::<ClassId>())
            .sum();
        let index = self.index.capacity() * 8 / 7 * (size_of::<(u64, EdgeId)>() + 1);
        let edges = self.edges.capacity() * size_of::<Edge>();
        (neighbours + index + edges) as f64 / self.edges.len().max(1) as f64
    }
}
