//! An incremental topological order of the classes, with cycles folded into components.
//!
//! Most new edges agree with the order and need no search at all; one that does not is searched for only between the
//! two positions (Pearce and Kelly's algorithm). Cycles that cannot hang stay in the graph: their classes share one
//! component and one position.

use alloc::vec::Vec;

use crate::class::ClassId;

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
    position: Vec<u32>,
    /// Classes of a component that has more than one, at its root.
    members: Vec<Vec<ClassId>>,
    mark: Vec<u32>,
    epoch: u32,
}

impl Order {
    /// Makes room for classes up to `count`, each new one last in the order.
    pub(crate) fn grow(&mut self, count: usize) {
        while self.parent.len() < count {
            let id = self.parent.len() as u32;
            self.parent.push(id);
            self.position.push(id);
            self.members.push(Vec::new());
            self.mark.push(0);
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
    pub(crate) fn position(&self, class: ClassId) -> u32 {
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
        let mut forward = self.reach(to, |position| position <= high, after);
        // The marks of the forward search tell which components lie on a cycle.
        let forward_epoch = self.epoch;
        let forward_marks: Vec<u32> = forward
            .iter()
            .copied()
            .filter(|&root| self.mark[root as usize] == forward_epoch)
            .collect();
        let mut backward = self.reach(from, |position| position >= low, before);
        let mut cycle: Vec<u32> = forward_marks
            .into_iter()
            .filter(|&root| self.mark[root as usize] == self.epoch)
            .collect();

        let mut slots: Vec<u32> = forward
            .iter()
            .chain(&backward)
            .map(|&root| self.position[root as usize])
            .collect();
        slots.sort_unstable();
        slots.dedup();
        forward.retain(|root| !cycle.contains(root));
        backward.retain(|root| !cycle.contains(root));
        forward.sort_unstable_by_key(|&root| self.position[root as usize]);
        backward.sort_unstable_by_key(|&root| self.position[root as usize]);

        for (&root, &slot) in backward.iter().zip(&slots) {
            self.position[root as usize] = slot;
        }
        for (&root, &slot) in forward.iter().rev().zip(slots.iter().rev()) {
            self.position[root as usize] = slot;
        }
        if !cycle.is_empty() {
            cycle.sort_unstable();
            let slot = slots[backward.len()];
            self.merge(&cycle, slot);
        }
    }

    /// The roots reachable from `start` within the positions that `within` allows.
    fn reach<'g, N>(
        &mut self,
        start: ClassId,
        within: impl Fn(u32) -> bool,
        neighbours: N,
    ) -> Vec<u32>
    where
        N: Fn(ClassId) -> &'g [ClassId],
    {
        self.epoch += 1;
        let mut found = alloc::vec![self.root(start)];
        self.mark[found[0] as usize] = self.epoch;
        let mut next = 0;
        while let Some(&root) = found.get(next) {
            next += 1;
            let members = core::mem::take(&mut self.members[root as usize]);
            let alone = [ClassId(root)];
            for &member in if members.is_empty() {
                &alone[..]
            } else {
                &members
            } {
                for &neighbour in neighbours(member) {
                    let reached = self.root(neighbour);
                    if self.mark[reached as usize] != self.epoch
                        && within(self.position[reached as usize])
                    {
                        self.mark[reached as usize] = self.epoch;
                        found.push(reached);
                    }
                }
            }
            self.members[root as usize] = members;
        }
        found
    }

    fn merge(&mut self, roots: &[u32], position: u32) {
        let Some((&into, rest)) = roots.split_first() else {
            return;
        };
        let mut members = core::mem::take(&mut self.members[into as usize]);
        if members.is_empty() {
            members.push(ClassId(into));
        }
        for &root in rest {
            self.parent[root as usize] = into;
            let theirs = core::mem::take(&mut self.members[root as usize]);
            if theirs.is_empty() {
                members.push(ClassId(root));
            } else {
                members.extend(theirs);
            }
        }
        self.members[into as usize] = members;
        self.position[into as usize] = position;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator, so that the test needs no other crate.
    fn random(state: &mut u64) -> u32 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as u32
    }

    fn reaches(after: &[Vec<ClassId>], from: ClassId, to: ClassId) -> bool {
        let mut seen = alloc::vec![false; after.len()];
        let mut todo = alloc::vec![from];
        while let Some(at) = todo.pop() {
            if at == to {
                return true;
            }
            if !core::mem::replace(&mut seen[at.index()], true) {
                todo.extend(&after[at.index()]);
            }
        }
        false
    }

    #[test]
    fn positions_agree_with_plain_reachability_on_random_graphs_with_cycles() {
        let mut seed = 7;
        for _ in 0..300 {
            let count = 2 + random(&mut seed) % 12;
            let mut order = Order::default();
            order.grow(count as usize);
            let mut after = alloc::vec![Vec::new(); count as usize];
            let mut before = alloc::vec![Vec::new(); count as usize];
            for _ in 0..random(&mut seed) % 30 {
                let (from, to) = (
                    ClassId(random(&mut seed) % count),
                    ClassId(random(&mut seed) % count),
                );
                if from == to || after[from.index()].contains(&to) {
                    continue;
                }
                order.insert(
                    from,
                    to,
                    |c| after[c.index()].as_slice(),
                    |c| before[c.index()].as_slice(),
                );
                after[from.index()].push(to);
                before[to.index()].push(from);
                for a in (0..count).map(ClassId) {
                    for b in (0..count).map(ClassId) {
                        let (ab, ba) = (reaches(&after, a, b), reaches(&after, b, a));
                        let same = order.position(a) == order.position(b);
                        assert_eq!(
                            same,
                            ab && ba,
                            "one component exactly when each reaches the other"
                        );
                        if ab && !ba {
                            assert_eq!(order.place(a, b), Place::Forward);
                        }
                    }
                }
            }
        }
    }
}
