//! What needs what: the facts of a program the contract is about, and the ways through them.
//!
//! The nodes are fences and wanted locks (a lock together with the mode in which it is wanted); an edge says that the one is not to be had
//! before the other, because of one step of one thread.

use std::collections::VecDeque;

use super::super::program::{FenceId, LockId, MAX_LOCKS, Mode, Program, Step};
use super::super::walk::{Acquisition, Walk};
use super::Place;

/// Something somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// The signal of a fence.
    Fence(FenceId),
    /// A lock, in a mode.
    Wanted(LockId, Mode),
}

/// Why the one needs the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The section that signals blocks on it before the signal.
    InSection,
    /// The section opens under it.
    HeldIntoSection,
    /// The signaller blocks on it before its section.
    BeforeSection,
    /// Somebody blocks on it while he holds the lock.
    WhileHeld,
}

/// One need.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) how: How,
    /// The step that blocks, or, for a lock held into a section, the one that takes it.
    pub(super) place: Place,
    /// Locks held exclusively from before it began.
    gates: u8,
}

/// A lock that a section takes, blocking.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) place: Place,
    pub(super) lock: LockId,
    pub(super) wanted: Node,
    /// Fences the section has signalled before.
    pub(super) signalled_before: Vec<FenceId>,
}

/// A wait in a section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) place: Place,
    pub(super) fence: FenceId,
    /// The section has signalled the fence before.
    pub(super) signalled_before: bool,
    /// The section signals the fence later.
    pub(super) signalled_after: bool,
}

/// All facts of a program.
#[derive(Debug, Default)]
pub(super) struct Needs {
    edges: Vec<Edge>,
    taken: Vec<Taken>,
    waits: Vec<Waiting>,
}

/// Needs that follow from each other.
#[derive(Debug)]
pub(super) struct Path<'a> {
    /// Never empty.
    edges: Vec<&'a Edge>,
}

/// Whether a holder keeps away somebody who wants the lock in this mode. Writers are assumed to exist: a read keeps away a non-recursive read.
fn excludes(holder: Mode, wanted: Mode) -> bool {
    !(holder.is_read() && wanted == Mode::RecursiveRead)
}

impl Node {
    pub(super) fn is_lock(self) -> bool {
        matches!(self, Self::Wanted(..))
    }

    /// What a step blocks on.
    fn of(step: Step) -> Option<Self> {
        match step {
            Step::Lock {
                lock,
                mode,
                try_: false,
            } => Some(Self::Wanted(lock, mode)),
            Step::Wait { fence } => Some(Self::Fence(fence)),
            _ => None,
        }
    }
}

/// A thread before one of its steps.
struct Moment {
    held: Vec<Acquisition>,
    /// The step that opened the outermost section, if one is open.
    section: Option<usize>,
}

impl Needs {
    pub(super) fn of(program: &Program) -> Self {
        let mut needs = Self::default();
        for (thread, steps) in program.threads.iter().enumerate() {
            let moments = moments(steps);
            for (step, what) in steps.iter().enumerate() {
                let place = Place { thread, step };
                needs.while_held(place, *what, &moments);
                needs.in_section(place, steps, &moments);
                if let Step::Signal { fence } = *what {
                    needs.before_signal(fence, place, steps, &moments);
                }
            }
        }
        needs
    }

    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    pub(super) fn taken_in_sections(&self) -> &[Taken] {
        &self.taken
    }

    pub(super) fn waits_in_sections(&self) -> &[Waiting] {
        &self.waits
    }

    fn while_held(&mut self, place: Place, what: Step, moments: &[Moment]) {
        let Some(to) = Node::of(what) else { return };
        for held in &moments[place.step].held {
            let gates = exclusive(&moments[held.step].held);
            for wanted in [Mode::Exclusive, Mode::Read, Mode::RecursiveRead] {
                if excludes(held.mode, wanted) {
                    let from = Node::Wanted(held.lock, wanted);
                    self.edges.push(Edge {
                        from,
                        to,
                        how: How::WhileHeld,
                        place,
                        gates,
                    });
                }
            }
        }
    }

    fn in_section(&mut self, place: Place, steps: &[Step], moments: &[Moment]) {
        let Some(begin) = moments[place.step].section else {
            return;
        };
        let signalled = |from: usize, to: usize| {
            let fences =
                steps[from..to]
                    .iter()
                    .zip(&moments[from..to])
                    .filter_map(|(step, moment)| match step {
                        Step::Signal { fence } if moment.section == Some(begin) => Some(*fence),
                        _ => None,
                    });
            fences.collect::<Vec<_>>()
        };
        match steps[place.step] {
            Step::Lock {
                lock,
                mode,
                try_: false,
            } => self.taken.push(Taken {
                place,
                lock,
                wanted: Node::Wanted(lock, mode),
                signalled_before: signalled(begin, place.step),
            }),
            Step::Wait { fence } => self.waits.push(Waiting {
                place,
                fence,
                signalled_before: signalled(begin, place.step).contains(&fence),
                signalled_after: signalled(place.step, steps.len()).contains(&fence),
            }),
            _ => {}
        }
    }

    fn before_signal(&mut self, fence: FenceId, signal: Place, steps: &[Step], moments: &[Moment]) {
        let Some(begin) = moments[signal.step].section else {
            return;
        };
        let at_begin = &moments[begin].held;
        for (step, what) in steps.iter().enumerate().take(signal.step) {
            let Some(to) = Node::of(*what) else { continue };
            let (how, mut gates) = if step > begin {
                (How::InSection, exclusive(at_begin))
            } else if at_begin.iter().any(|held| held.step == step) {
                (How::HeldIntoSection, exclusive(at_begin))
            } else {
                (How::BeforeSection, exclusive(&moments[step].held))
            };
            if let Node::Wanted(lock, _) = to {
                gates &= !lock.bit();
            }
            let place = Place {
                thread: signal.thread,
                step,
            };
            self.edges.push(Edge {
                from: Node::Fence(fence),
                to,
                how,
                place,
                gates,
            });
        }
    }

    /// A shortest way that starts with this edge and ends in the goal, over edges that are allowed.
    pub(super) fn path<'a>(
        &'a self,
        first: &'a Edge,
        goal: Node,
        allowed: impl Fn(&Edge) -> bool,
    ) -> Option<Path<'a>> {
        if first.to == goal {
            return Some(Path { edges: vec![first] });
        }
        let mut path = self.search(first.to, allowed, |edge| edge.to == goal)?;
        path.edges.insert(0, first);
        Some(path)
    }

    /// A shortest way from a node over edges that are allowed; the last is one of those wanted.
    pub(super) fn search(
        &self,
        from: Node,
        allowed: impl Fn(&Edge) -> bool,
        wanted: impl Fn(&Edge) -> bool,
    ) -> Option<Path<'_>> {
        let mut ways: VecDeque<Vec<&Edge>> = VecDeque::from([vec![]]);
        let mut seen = vec![from];
        while let Some(way) = ways.pop_front() {
            let at = way.last().map_or(from, |edge| edge.to);
            for edge in self
                .edges
                .iter()
                .filter(|edge| edge.from == at && allowed(edge))
            {
                let mut longer = way.clone();
                longer.push(edge);
                if wanted(edge) {
                    return Some(Path { edges: longer });
                }
                if !seen.contains(&edge.to) {
                    seen.push(edge.to);
                    ways.push_back(longer);
                }
            }
        }
        None
    }
}

impl Path<'_> {
    pub(super) fn first(&self) -> &Edge {
        self.edges[0]
    }

    pub(super) fn last(&self) -> &Edge {
        self.edges[self.edges.len() - 1]
    }

    /// The locks on the way.
    pub(super) fn locks(&self) -> Vec<LockId> {
        let locks = self.edges.iter().filter_map(|edge| match edge.to {
            Node::Wanted(lock, _) => Some(lock),
            Node::Fence(_) => None,
        });
        locks.collect()
    }

    /// The fences on the way.
    pub(super) fn fences(&self) -> Vec<FenceId> {
        let fences = self.edges.iter().filter_map(|edge| match edge.to {
            Node::Fence(fence) => Some(fence),
            Node::Wanted(..) => None,
        });
        fences.collect()
    }

    /// The locks that are gates of every edge.
    pub(super) fn gates(&self) -> Vec<LockId> {
        let common = self
            .edges
            .iter()
            .fold(u8::MAX, |common, edge| common & edge.gates);
        (0..MAX_LOCKS as u8)
            .map(LockId)
            .filter(|lock| common & lock.bit() != 0)
            .collect()
    }
}

/// The thread before each of its steps.
fn moments(steps: &[Step]) -> Vec<Moment> {
    let mut walk = Walk::default();
    let mut section = None;
    let mut moments = Vec::new();
    for (step, what) in steps.iter().enumerate() {
        moments.push(Moment {
            held: walk.held().to_vec(),
            section,
        });
        let was_open = walk.depth() > 0;
        walk.pass(step, *what);
        section = match (was_open, walk.depth() > 0) {
            (false, true) => Some(step),
            (true, true) => section,
            (_, false) => None,
        };
    }
    moments
}

fn exclusive(held: &[Acquisition]) -> u8 {
    held.iter()
        .filter(|held| !held.mode.is_read())
        .fold(0, |set, held| set | held.lock.bit())
}
