//! An incremental topological order of the classes, with cycles folded into components.
//!
//! Most new edges agree with the order and need no search at all. For one that does not, what must come later and what
//! must come earlier are searched for in turns, only between the two positions, and whichever side is complete first is
//! moved: learning a long chain from its end is as cheap as from its start. Positions have gaps between them, so that
//! moving a class changes no other's position, or few (Bender, Fineman, Gilbert and Tarjan's two-way search, Dietz and
//! Sleator's list labels). Cycles that cannot hang stay in the graph: their classes share one component and one position.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound;

use crate::class::ClassId;

/// A place in the order: smaller is earlier.
pub(crate) type Position = i64;

/// The room left between two neighbours where there is any amount of it.
const GAP: Position = 1 << 20;

/// What the order says about a new edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It agrees with the order: no cycle can pass through it.
    Forward,
    /// It contradicts the order: a cycle may pass through it.
    Backward,
    /// Both ends lie in one component.
    Inside,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    /// Union-find parent of each class; a root names its component.
    parent: Vec<u32>,
    /// Position of a component, valid at its root.
    position: Vec<Position>,
    /// The roots by position.
    sequence: BTreeMap<Position, u32>,
    /// Classes of a component that has more than one, at its root.
    members: Vec<Vec<ClassId>>,
    /// The last search that came by, at each root: forward and backward.
    mark: [Vec<u32>; 2],
    epoch: u32,
}

/// One side of a search: the roots found so far, those before `next` with all their neighbours.
struct Side {
    /// 0 for what is after the edge's end, 1 for what is before its start: which marks are its own.
    which: usize,
    found: Vec<u32>,
    next: usize,
    /// How many neighbours were looked at.
    cost: usize,
}

impl Side {
    fn is_complete(&self) -> bool {
        self.next == self.found.len()
    }
}

impl Order {
    /// Makes room for classes up to `count`, each new one last in the order.
    pub(crate) fn grow(&mut self, count: usize) {
        while self.parent.len() < count {
            let id = self.parent.len() as u32;
            let position = self
                .sequence
                .last_key_value()
                .map_or(0, |(last, _)| last + GAP);
            self.parent.push(id);
            self.position.push(position);
            self.sequence.insert(position, id);
            self.members.push(Vec::new());
            self.mark.iter_mut().for_each(|mark| mark.push(0));
        }
    }

    fn root(&self, class: ClassId) -> u32 {
        let mut at = class.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    /// The position of `class`; equal positions are one component.
    pub(crate) fn position(&self, class: ClassId) -> Position {
        self.position[self.root(class) as usize]
    }

    pub(crate) fn place(&self, from: ClassId, to: ClassId) -> Place {
        match self.position(from).cmp(&self.position(to)) {
            core::cmp::Ordering::Less => Place::Forward,
            core::cmp::Ordering::Equal => Place::Inside,
            core::cmp::Ordering::Greater => Place::Backward,
        }
    }

    /// Records the edge `from -> to`. `after` and `before` list the neighbours of a class in the graph.
    pub(crate) fn insert<'g, A, B>(&mut self, from: ClassId, to: ClassId, after: A, before: B)
    where
        A: Fn(ClassId) -> &'g [ClassId],
        B: Fn(ClassId) -> &'g [ClassId],
    {
        if self.place(from, to) != Place::Backward {
            return;
        }
        let (low, high) = (self.position(to), self.position(from));
        let (mut later, mut earlier, round) = self.search(from, to, &after, &before);
        if round {
            while !later.is_complete() {
                self.expand(&mut later, |position| position <= high, &after);
            }
            while !earlier.is_complete() {
                self.expand(&mut earlier, |position| position >= low, &before);
            }
            self.fold(later.found, earlier.found);
        } else if later.is_complete() {
            let roots = self.take_out(later.found);
            self.put_after(Some(high), &roots);
        } else {
            let roots = self.take_out(earlier.found);
            let before = self.sequence.range(..low).next_back();
            self.put_after(before.map(|(position, _)| *position), &roots);
        }
    }

    /// Whether there is a path from `to` to `from`, so that the edge `from -> to` would close a cycle.
    pub(crate) fn has_way_round<'g, A, B>(
        &mut self,
        from: ClassId,
        to: ClassId,
        after: A,
        before: B,
    ) -> bool
    where
        A: Fn(ClassId) -> &'g [ClassId],
        B: Fn(ClassId) -> &'g [ClassId],
    {
        match self.place(from, to) {
            Place::Forward => false,
            Place::Inside => true,
            Place::Backward => self.search(from, to, &after, &before).2,
        }
    }

    /// Searches for what comes after `to` and what comes before `from`, between the two positions, until one of these is
    /// complete, and tells whether there is a way from `to` to `from`.
    fn search<'g, A, B>(
        &mut self,
        from: ClassId,
        to: ClassId,
        after: &A,
        before: &B,
    ) -> (Side, Side, bool)
    where
        A: Fn(ClassId) -> &'g [ClassId],
        B: Fn(ClassId) -> &'g [ClassId],
    {
        let (low, high) = (self.position(to), self.position(from));
        self.epoch += 1;
        let mut later = self.start(0, to);
        let mut earlier = self.start(1, from);
        while !later.is_complete() && !earlier.is_complete() {
            if later.cost <= earlier.cost {
                self.expand(&mut later, |position| position <= high, after);
            } else {
                self.expand(&mut earlier, |position| position >= low, before);
            }
        }
        // A complete side that has the other's first root has found a way round.
        let round = if later.is_complete() {
            self.has(&later, earlier.found[0])
        } else {
            self.has(&earlier, later.found[0])
        };
        (later, earlier, round)
    }

    fn start(&mut self, which: usize, class: ClassId) -> Side {
        let root = self.root(class);
        self.mark[which][root as usize] = self.epoch;
        Side {
            which,
            found: alloc::vec![root],
            next: 0,
            cost: 0,
        }
    }

    fn has(&self, side: &Side, root: u32) -> bool {
        self.mark[side.which][root as usize] == self.epoch
    }

    /// Looks at the neighbours of the next root, at positions that `within` allows.
    fn expand<'g, N>(&mut self, side: &mut Side, within: impl Fn(Position) -> bool, neighbours: &N)
    where
        N: Fn(ClassId) -> &'g [ClassId],
    {
        let Some(&root) = side.found.get(side.next) else {
            return;
        };
        side.next += 1;
        side.cost += 1;
        let members = core::mem::take(&mut self.members[root as usize]);
        let alone = [ClassId(root)];
        for &member in if members.is_empty() {
            &alone[..]
        } else {
            &members
        } {
            side.cost += neighbours(member).len();
            for &neighbour in neighbours(member) {
                let reached = self.root(neighbour);
                if !self.has(side, reached) && within(self.position[reached as usize]) {
                    self.mark[side.which][reached as usize] = self.epoch;
                    side.found.push(reached);
                }
            }
        }
        self.members[root as usize] = members;
    }

    /// Takes roots out of the sequence, and gives them in their order.
    fn take_out(&mut self, mut roots: Vec<u32>) -> Vec<u32> {
        roots.sort_unstable_by_key(|&root| self.position[root as usize]);
        for &root in &roots {
            self.sequence.remove(&self.position[root as usize]);
        }
        roots
    }

    fn put(&mut self, root: u32, position: Position) {
        self.position[root as usize] = position;
        self.sequence.insert(position, root);
    }

    /// Puts roots, in this order, right behind a position, or before all others. Where there is no room, those that
    /// follow move on: as few as leave gaps that grow with their number.
    fn put_after(&mut self, after: Option<Position>, roots: &[u32]) {
        let Some(after) = after else {
            let first = self
                .sequence
                .first_key_value()
                .map_or(0, |(first, _)| *first);
            for (&root, back) in roots.iter().rev().zip(1..) {
                self.put(root, first - back * GAP);
            }
            return;
        };
        let mut placed = roots.to_vec();
        let following = self
            .sequence
            .range((Bound::Excluded(after), Bound::Unbounded));
        let mut end = None;
        for (&position, &root) in following {
            let count = count_of(&placed) + 1;
            let moved = count_of(&placed) - count_of(roots);
            if position - after > count.max(moved * moved) {
                end = Some(position);
                break;
            }
            placed.push(root);
        }
        for &root in &placed[roots.len()..] {
            self.sequence.remove(&self.position[root as usize]);
        }
        let count = count_of(&placed) + 1;
        let room = end.map_or(count * GAP, |end| end - after);
        for (&root, at) in placed.iter().zip(1..) {
            // Rounded so that neighbours differ: there is room for all.
            let step = room / count * at + room % count * at / count;
            self.put(root, after + step);
        }
    }

    /// Folds what lies on both sides into one component, what is before it alone coming first, at the positions that
    /// all of them had.
    fn fold(&mut self, mut later: Vec<u32>, mut earlier: Vec<u32>) {
        let both = |order: &Self, root: u32| {
            order
                .mark
                .iter()
                .all(|mark| mark[root as usize] == order.epoch)
        };
        let mut slots: Vec<Position> = later
            .iter()
            .chain(&earlier)
            .map(|&root| self.position[root as usize])
            .collect();
        slots.sort_unstable();
        slots.dedup();
        let mut cycle = later.clone();
        cycle.retain(|&root| both(self, root));
        cycle.sort_unstable();
        later.retain(|&root| !both(self, root));
        earlier.retain(|&root| !both(self, root));
        for &root in &cycle {
            self.sequence.remove(&self.position[root as usize]);
        }
        let later = self.take_out(later);
        let earlier = self.take_out(earlier);
        for (&root, &slot) in earlier.iter().zip(&slots) {
            self.put(root, slot);
        }
        for (&root, &slot) in later.iter().rev().zip(slots.iter().rev()) {
            self.put(root, slot);
        }
        self.merge(&cycle, slots[earlier.len()]);
    }

    fn merge(&mut self, roots: &[u32], position: Position) {
        // The largest stays, so that no chain of parents is longer than the logarithm of the number of classes.
        let size = |root: u32| self.members[root as usize].len();
        let largest = roots.iter().copied().max_by_key(|&root| size(root));
        let Some(into) = largest else {
            return;
        };
        let mut members = core::mem::take(&mut self.members[into as usize]);
        if members.is_empty() {
            members.push(ClassId(into));
        }
        for &root in roots.iter().filter(|root| **root != into) {
            self.parent[root as usize] = into;
            let theirs = core::mem::take(&mut self.members[root as usize]);
            if theirs.is_empty() {
                members.push(ClassId(root));
            } else {
                members.extend(theirs);
            }
        }
        self.members[into as usize] = members;
        self.put(into, position);
    }
}

fn count_of(roots: &[u32]) -> Position {
    Position::try_from(roots.len()).unwrap_or(Position::MAX)
}

#[cfg(test)]
mod tests;
