//! The strongly connected components of a class graph: classes that each depend on each other, whatever the kinds.

use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::rows::EdgeRow;

impl ClassGraph {
    /// The number of each class's component. Two classes have the same number exactly if each depends on the other, in
    /// one step or many.
    pub fn components(&self) -> Vec<u32> {
        let edges = |class: u32| {
            let first = self.edges.partition_point(|edge| edge.from < class);
            self.edges[first..]
                .iter()
                .take_while(move |edge| edge.from == class)
        };
        Tarjan::new(self.classes.len()).run(edges)
    }

    /// The classes of the largest component.
    pub(super) fn largest_component(&self) -> usize {
        let mut components = self.components();
        components.sort_unstable();
        components
            .chunk_by(|a, b| a == b)
            .map(<[u32]>::len)
            .max()
            .unwrap_or(0)
    }
}

const UNSEEN: u32 = u32::MAX;

/// Tarjan's algorithm, with its recursion as a list.
struct Tarjan {
    /// When a class was first seen.
    seen: Vec<u32>,
    /// The earliest class on the stack that it reaches.
    low: Vec<u32>,
    stack: Vec<u32>,
    component: Vec<u32>,
    count: u32,
    time: u32,
}

impl Tarjan {
    fn new(classes: usize) -> Self {
        Self {
            seen: alloc::vec![UNSEEN; classes],
            low: alloc::vec![0; classes],
            stack: Vec::new(),
            component: alloc::vec![UNSEEN; classes],
            count: 0,
            time: 0,
        }
    }

    fn run<'g, E: Iterator<Item = &'g EdgeRow>>(mut self, edges: impl Fn(u32) -> E) -> Vec<u32> {
        for root in 0..self.seen.len() as u32 {
            if self.seen[root as usize] != UNSEEN {
                continue;
            }
            let mut open = alloc::vec![(root, self.enter(root, &edges))];
            while let Some((class, left)) = open.last_mut() {
                let class = *class;
                match left.next().map(|edge| edge.to) {
                    Some(to) if self.seen[to as usize] == UNSEEN => {
                        let left = self.enter(to, &edges);
                        open.push((to, left));
                    }
                    Some(to) if self.component[to as usize] == UNSEEN => {
                        self.reach(class, self.seen[to as usize]);
                    }
                    Some(_) => {}
                    None => {
                        open.pop();
                        self.leave(class);
                        if let Some(&(before, _)) = open.last() {
                            self.reach(before, self.low[class as usize]);
                        }
                    }
                }
            }
        }
        self.component
    }

    fn enter<E>(&mut self, class: u32, edges: &impl Fn(u32) -> E) -> E {
        self.seen[class as usize] = self.time;
        self.low[class as usize] = self.time;
        self.time += 1;
        self.stack.push(class);
        edges(class)
    }

    fn reach(&mut self, class: u32, time: u32) {
        let low = &mut self.low[class as usize];
        *low = time.min(*low);
    }

    fn leave(&mut self, class: u32) {
        if self.low[class as usize] != self.seen[class as usize] {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.component[member as usize] = self.count;
            if member == class {
                break;
            }
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GraphBuilder, GraphClass, GraphWitness};
    use crate::class::ClassKind;
    use crate::mode::DepKinds;

    #[test]
    fn classes_that_depend_on_each_other_are_one_component() {
        let mut builder = GraphBuilder::new();
        let classes = ["a", "b", "c", "d", "e"];
        let classes = classes.map(|name| builder.class(&GraphClass::new(name, ClassKind::Lock)));
        // a -> b -> c -> a, c -> d -> e -> d.
        for (from, to) in [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3)] {
            let witness = GraphWitness::default();
            builder.edge(classes[from], classes[to], DepKinds::EN, true, &witness);
        }
        let graph = builder.finish();
        let components = graph.components();
        assert!(components[0] == components[1] && components[1] == components[2]);
        assert_eq!(components[3], components[4]);
        assert_ne!(components[0], components[3]);
        assert_eq!(graph.largest_component(), 3);
    }
}
