//! Searches over the graph: breadth first, along strong paths only, complete over (class, reader state).
//!
//! The kernel visits each class once, even when it arrives there by a path that is not strong, and so misses some. Here
//! a class reached only by readers is visited again when it is reached otherwise.

use alloc::vec::Vec;
use hashbrown::HashSet;

use crate::class::ClassId;
use crate::graph::Graph;
use crate::hash::Hasher;
use crate::mode::Mode;

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// A class on a path, and whether only readers count there: entered as recursive reader only (forward), or left as
/// shared holder only (backward).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stop {
    pub(crate) class: ClassId,
    pub(crate) only_readers: bool,
}

impl Stop {
    /// Whether a dependency of `from`, held as `from_mode`, closes a cycle with a path that was entered at its other end
    /// and has come to this stop.
    pub(crate) fn closes(self, from: ClassId, from_mode: Mode) -> bool {
        self.class == from && !(self.only_readers && from_mode.is_read())
    }
}

/// Finds the shortest strong path from `start` to a stop that `found` accepts, `start` included, entering only classes
/// that `enter` allows. With `quarantined`, edges that close a reported deadlock count as well.
pub(crate) fn strong_path(
    graph: &Graph,
    direction: Direction,
    start: Stop,
    quarantined: bool,
    enter: impl Fn(ClassId) -> bool,
    found: impl Fn(Stop) -> bool,
) -> Option<Vec<Stop>> {
    if !enter(start.class) {
        return None;
    }
    let mut seen: HashSet<Stop, Hasher> = HashSet::default();
    let mut queue = alloc::vec![(start, usize::MAX)];
    seen.insert(start);
    let mut next = 0;
    while let Some(&(stop, _)) = queue.get(next) {
        if found(stop) {
            let mut path = Vec::new();
            let mut at = next;
            while let Some(&(stop, parent)) = queue.get(at) {
                path.push(stop);
                at = parent;
            }
            path.reverse();
            return Some(path);
        }
        let neighbours = match direction {
            Direction::Forward => graph.after(stop.class),
            Direction::Backward => graph.before(stop.class),
        };
        let mut visit = |class: ClassId, from: ClassId, to: ClassId| {
            let kinds = graph.kinds(from, to);
            let (left, only_readers) = match direction {
                Direction::Forward => {
                    let left = kinds.after(stop.only_readers);
                    (left, left.only_recursive())
                }
                Direction::Backward => {
                    let left = kinds.before(stop.only_readers);
                    (left, left.only_shared())
                }
            };
            let reached = Stop {
                class,
                only_readers,
            };
            // A stop that is not held back by readers can do all that the other can.
            let known = seen.contains(&reached)
                || only_readers
                    && seen.contains(&Stop {
                        only_readers: false,
                        ..reached
                    });
            if !left.is_empty() && !known && enter(class) {
                seen.insert(reached);
                queue.push((reached, next));
            }
        };
        for &class in neighbours {
            match direction {
                Direction::Forward => visit(class, stop.class, class),
                Direction::Backward => visit(class, class, stop.class),
            }
        }
        if quarantined {
            for &edge in graph.quarantined() {
                let edge = graph.get(edge);
                match direction {
                    Direction::Forward if edge.from == stop.class => {
                        visit(edge.to, edge.from, edge.to);
                    }
                    Direction::Backward if edge.to == stop.class => {
                        visit(edge.from, edge.from, edge.to);
                    }
                    _ => {}
                }
            }
        }
        next += 1;
    }
    None
}
