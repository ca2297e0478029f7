//! New dependencies: does one close a cycle that can hang, or tie an interrupt-safe lock to an unsafe one?
//!
//! A dependency that does is reported and quarantined: it stays known, but no search follows it, so that what is found
//! later does not depend on it. Cycles that only a reported dependency closes are looked for separately, and count only
//! if they are not a detour of one already known.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::class::ClassId;
use crate::config::Evidence;
use crate::engine::Engine;
use crate::gates::GateSet;
use crate::graph::{Edge, EdgeId};
use crate::locks::kinds_between;
use crate::mode::{DepKinds, Mode};
use crate::rules;
use crate::search::{Direction, Stop, strong_path};
use crate::site::{Site, SourceId};
use crate::task::{Held, TaskId};
use crate::witness::{HeldAt, Why, Witness};

/// How many dependencies are kept; a kernel has some tens of thousands.
const MAX_DEPENDENCIES: usize = 1 << 20;

/// Up to how many reported dependencies cycles are also looked for over them.
const MAX_REPORTED_SEARCHED: usize = 64;

/// A dependency about to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) from: ClassId,
    pub(crate) to: ClassId,
    pub(crate) kinds: DepKinds,
    pub(crate) from_mode: Mode,
    pub(crate) to_mode: Mode,
    pub(crate) distance: u16,
    pub(crate) gates: GateSet,
    pub(crate) from_site: Site,
    pub(crate) to_site: Site,
    /// Who: the task now running, if it is one, and its label.
    pub(crate) task: Option<TaskId>,
    pub(crate) label: SourceId,
    pub(crate) why: Why,
    pub(crate) held: Box<[HeldAt]>,
}

/// A cycle closed by a dependency: the classes from its later end round to its earlier one.
#[derive(Clone, Debug)]
pub(crate) struct Cycle {
    pub(crate) path: Vec<Stop>,
    /// The kind of each dependency along the path in which they make a cycle together.
    pub(crate) kinds: Vec<DepKinds>,
    /// The gate that keeps the cycle from hanging, if there is one.
    pub(crate) gate: Option<ClassId>,
}

impl Cycle {
    /// Its classes, with `instead` in place of some, from the first in order on, so that it does not matter where it was
    /// closed.
    pub(crate) fn normal_form(&self, instead: impl Fn(ClassId) -> ClassId) -> Box<[ClassId]> {
        let classes = self.path.iter().map(|stop| instead(stop.class));
        let mut classes: Box<[ClassId]> = classes.collect();
        let first = classes.iter().enumerate().min_by_key(|(_, class)| **class);
        let first = first.map_or(0, |(at, _)| at);
        classes.rotate_left(first);
        classes
    }
}

impl Engine {
    /// The dependency of `entry` on the entry at `at` of the task's stack.
    pub(crate) fn depend_held(&mut self, task: TaskId, at: usize, entry: &Held, distance: u16) {
        let prev = self.tasks[task.index()].task.held()[at];
        let kinds = kinds_between(&prev, entry);
        if self.is_strict() && prev.class() == entry.class() {
            return;
        }
        let gates = self.gates_around(task, at, at + usize::from(distance));
        if self.already_known(prev.class(), entry.class(), kinds, gates, distance) {
            return;
        }
        let held = self.held_list(task);
        let label = self.task_names[task.number()];
        self.depend(Dependency {
            from: prev.class(),
            to: entry.class(),
            kinds,
            from_mode: prev.mode(),
            to_mode: entry.mode(),
            distance,
            gates,
            from_site: prev.site,
            to_site: entry.site,
            task: Some(task),
            label,
            why: Why::Held,
            held,
        });
    }

    /// Everything the task holds, for a witness.
    pub(crate) fn held_list(&self, task: TaskId) -> Box<[HeldAt]> {
        let held = self.tasks[task.index()].task.held();
        held.iter()
            .map(|held| HeldAt {
                class: held.class(),
                site: held.site,
                mode: held.mode(),
            })
            .collect()
    }

    /// Whether an edge has been seen in these kinds and under no fewer gates, so that nothing is new about it.
    pub(crate) fn already_known(
        &mut self,
        from: ClassId,
        to: ClassId,
        kinds: DepKinds,
        gates: GateSet,
        distance: u16,
    ) -> bool {
        let Some(id) = self.graph.edge(from, to) else {
            return false;
        };
        let edge = *self.graph.get(id);
        if distance == 1 {
            self.graph.get_mut(id).distance = 1;
        }
        edge.kinds.contains(kinds) && self.gates.within(edge.gates(kinds), gates)
    }

    /// Records a dependency, unless it closes a cycle or an irq inversion: then it is reported and quarantined.
    pub(crate) fn depend(&mut self, new: Dependency) {
        if self.already_known(new.from, new.to, new.kinds, new.gates, new.distance) {
            return;
        }
        if self.graph.len() >= MAX_DEPENDENCIES && self.graph.edge(new.from, new.to).is_none() {
            return self
                .reach_limit("more than 1,048,576 dependencies: later ones are not recorded");
        }
        let mut gates = new.gates;
        if let Some(id) = self.graph.edge(new.from, new.to) {
            let known = *self.graph.get(id);
            if known.kinds.contains(new.kinds) {
                gates = self.gates.intersection(known.gates(new.kinds), gates);
            }
        }
        let mut quarantined = false;
        if let Some(cycle) = self.find_cycle(new.from, new.to, new.from_mode, new.to_mode, gates) {
            // Timelines that take turns in a recording are no cycle; its fences are judged one by one.
            let turns = self.config.evidence == Evidence::WholeThread
                && cycle
                    .path
                    .iter()
                    .all(|stop| self.classes[stop.class].kind.is_fence());
            if cycle.gate.is_some() {
                self.gated.push((new.from, new.to));
            }
            quarantined = cycle.gate.is_none() && !turns;
            // A cycle around one that was reported is the same deadlock with more of what the task holds.
            let known = self.is_strict() && self.is_detour(&cycle.path, |edge| edge.quarantined);
            if !turns && !known {
                rules::report_cycle(self, &new, &cycle);
            }
            if self.stopped {
                return;
            }
        }
        if self.check_irq_order(&new) {
            quarantined = true;
            if self.stopped {
                return;
            }
        }
        let witness = Witness {
            kinds: new.kinds,
            from: new.from_site,
            to: new.to_site,
            task: new.label,
            why: new.why,
            held: new.held,
        };
        let Dependency {
            from,
            to,
            kinds,
            distance,
            ..
        } = new;
        let edge = Edge {
            from,
            to,
            witness: 0,
            gates: [gates; 4],
            distance,
            kinds,
            quarantined,
        };
        self.graph.record(&self.classes, edge, Some(witness));
    }

    /// The shortest cycle that `from -> to` closes; one that can hang before one behind a gate.
    fn find_cycle(
        &mut self,
        from: ClassId,
        to: ClassId,
        from_mode: Mode,
        to_mode: Mode,
        gates: GateSet,
    ) -> Option<Cycle> {
        let start = Stop {
            class: to,
            only_readers: to_mode.is_recursive(),
        };
        let closes = |stop: Stop| stop.closes(from, from_mode);
        if from == to || self.graph.has_way_round(from, to) {
            let limit = self.graph.position(from);
            let enter = |class| self.graph.position(class) <= limit;
            if let Some(path) =
                strong_path(&self.graph, Direction::Forward, start, false, enter, closes)
            {
                let cycle = self.cycle_along(path, gates);
                if cycle.gate.is_none() {
                    return Some(cycle);
                }
                let open = self.open_cycle(start, (from, from_mode), gates);
                return Some(open.unwrap_or(cycle));
            }
        }
        // Beyond so many reported deadlocks nobody asks what else they would make possible together.
        let reported = self.graph.quarantined().len();
        if self.is_strict() && (1..=MAX_REPORTED_SEARCHED).contains(&reported) {
            let path = strong_path(
                &self.graph,
                Direction::Forward,
                start,
                true,
                |_| true,
                closes,
            )?;
            let cycle = self.cycle_along(path, gates);
            if cycle.gate.is_none() && !self.is_detour(&cycle.path, |_| true) {
                return Some(cycle);
            }
        }
        None
    }

    /// Whether a cycle has a shortcut among the dependencies that `counts` accepts, so that it says nothing new.
    fn is_detour(&self, path: &[Stop], counts: impl Fn(&Edge) -> bool) -> bool {
        let count = path.len();
        let shortcut = |a: usize, b: usize| {
            let edge = self.graph.edge(path[a].class, path[b].class);
            a != b && (a + 1) % count != b && edge.is_some_and(|id| counts(self.graph.get(id)))
        };
        (0..count).any(|a| (0..count).any(|b| shortcut(a, b)))
    }

    /// Looks for an irq-safe class before a dependency and an irq-unsafe one after it. True if there was one.
    fn check_irq_order(&mut self, new: &Dependency) -> bool {
        let real = |class: ClassId| self.classes[class].kind.is_lock();
        if self.is_strict() && !(real(new.from) && real(new.to)) {
            return false;
        }
        let safe = self.graph.backward(new.from, new.from_mode);
        let unsafe_bits = self
            .graph
            .forward(new.to, new.to_mode)
            .intersection(safe.conflicting());
        if unsafe_bits.is_empty() {
            return false;
        }
        rules::irq_unsafe_order::report(self, new, unsafe_bits)
    }

    /// A class got a second instance and is no gate any more: cycles that lay behind it may hang now.
    pub(crate) fn gate_lost(&mut self) {
        let gated = core::mem::take(&mut self.gated);
        for (from, to) in gated {
            let Some(id) = self.graph.edge(from, to) else {
                continue;
            };
            let edge = *self.graph.get(id);
            if edge.quarantined {
                continue;
            }
            let mut open = None;
            let mut behind_gate = false;
            for kind in edge.kinds.singles() {
                let (from_mode, to_mode) = kind.modes();
                let cycle = self.find_cycle(from, to, from_mode, to_mode, edge.gates(kind));
                match cycle {
                    Some(cycle) if cycle.gate.is_none() => open = Some((kind, cycle)),
                    Some(_) => behind_gate = true,
                    None => {}
                }
            }
            if let Some((kind, cycle)) = open {
                if let Some(again) = self.dependency_of(id, kind) {
                    rules::report_cycle(self, &again, &cycle);
                }
                let edge = Edge {
                    quarantined: true,
                    ..edge
                };
                self.graph.record(&self.classes, edge, None);
            } else if behind_gate {
                self.gated.push((from, to));
            }
        }
    }

    /// A recorded edge as a dependency again, in one of its kinds.
    fn dependency_of(&self, id: EdgeId, kind: DepKinds) -> Option<Dependency> {
        let edge = *self.graph.get(id);
        let witness = self.graph.witness(id, kind)?.clone();
        let (from_mode, to_mode) = kind.modes();
        Some(Dependency {
            from: edge.from,
            to: edge.to,
            kinds: kind,
            from_mode,
            to_mode,
            distance: edge.distance,
            gates: edge.gates(kind),
            from_site: witness.from,
            to_site: witness.to,
            task: None,
            label: witness.task,
            why: witness.why,
            held: witness.held,
        })
    }
}
