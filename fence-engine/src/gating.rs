//! Which locks gate a dependency, and whether they keep a cycle of dependencies from hanging. [`crate::gates`] keeps the
//! sets.

use alloc::vec::Vec;

use crate::class::{ClassId, Population};
use crate::cycles::Cycle;
use crate::engine::{Engine, TaskId};
use crate::gates::{Gate, GateSet};
use crate::mode::{DepKinds, Mode};
use crate::search::{Direction, Stop, strong_path};

/// How many steps the search for one cycle that no gate keeps from hanging may take.
const STEPS_OF_CYCLE: u32 = 20_000;

/// How many all such searches of a run may take.
pub(crate) const STEPS_OF_RUN: u32 = 2_000_000;

impl Engine {
    /// The gates held below the entry at `at`: real locks of the same interrupt level taken before it.
    pub(crate) fn gates_below(&mut self, task: TaskId, at: usize) -> GateSet {
        self.gates_around(task, at, at)
    }

    /// The gates around a dependency of what stands at `depth` on the entry at `at`: the entry, locks taken before it, and
    /// those taken since by a trylock. One taken since by waiting is no gate: waiting for it is part of the cycle.
    pub(crate) fn gates_around(&mut self, task: TaskId, at: usize, depth: usize) -> GateSet {
        if !self.is_strict() {
            return GateSet::EMPTY;
        }
        let held = self.tasks[task.index()].task.held();
        let level = held.get(at).map_or(0, |held| held.level);
        // What was taken after a section opened does not keep the section's fences from being waited for.
        let since = if held
            .get(at)
            .is_some_and(|held| self.classes[held.class].kind.is_lock())
        {
            depth
        } else {
            at
        };
        let since = since.min(held.len());
        let gates: Vec<Gate> = held[..since]
            .iter()
            .enumerate()
            .filter(|(position, held)| *position <= at || held.how.try_lock)
            .filter(|(_, held)| held.level == level && self.classes[held.class].kind.is_lock())
            .map(|(_, held)| (self.classes[held.class].base, held.how.mode.is_read()))
            .collect();
        self.gates.intern(gates)
    }

    /// The cycle along `path`, closed by a dependency on the path's last class held as `from_mode`, with `gates` around
    /// it: in kinds that can hang if there are such, else with the gate that keeps its tasks apart.
    pub(crate) fn cycle_along(&self, path: &[Stop], from_mode: Mode, gates: GateSet) -> Cycle {
        // More choices than this are those of a path made to have many.
        const MOST: usize = 20_000;
        let waits: Vec<Vec<Way>> = path
            .windows(2)
            .map(|pair| self.ways(pair[0].class, pair[1].class))
            .collect();
        let entered = path.first().is_some_and(|stop| stop.only_readers);
        let mut gated = None;
        // Which way is taken at each wait; depth first, the strongest ways first.
        let mut taken: Vec<usize> = Vec::new();
        let mut next = 0;
        for _ in 0..MOST + path.len() {
            let at = taken.len();
            let kind_taken = |at: usize| waits[at][taken[at]].kind;
            let only_readers = at
                .checked_sub(1)
                .map_or(entered, |last| kind_taken(last).only_recursive());
            if at == waits.len() && !(only_readers && from_mode.is_read()) {
                let sets = (0..at).map(|at| waits[at][taken[at]].gates);
                let gate = self.gate_around(path, &sets.chain([gates]).collect::<Vec<_>>());
                if gate.is_none() || gated.is_none() {
                    let cycle = Cycle {
                        path: path.to_vec(),
                        kinds: (0..at).map(kind_taken).collect(),
                        gate,
                    };
                    if gate.is_none() {
                        return cycle;
                    }
                    gated = Some(cycle);
                }
            }
            let strong = |way: &Way| !way.kind.after(only_readers).is_empty();
            let left = waits.get(at).and_then(|ways| ways.get(next..));
            if let Some(on) = left.and_then(|ways| ways.iter().position(strong)) {
                taken.push(next + on);
                next = 0;
            } else if let Some(last) = taken.pop() {
                next = last + 1;
            } else {
                break;
            }
        }
        gated.unwrap_or_else(|| Cycle {
            path: path.to_vec(),
            kinds: waits
                .iter()
                .map(|ways| ways.first().map_or(DepKinds::EN, |way| way.kind))
                .collect(),
            gate: None,
        })
    }

    /// Where the shortest cycle lies behind a gate, a longer one that does not: from `start` to `from`, held as
    /// `from_mode`, and back to the start under `gates`. Depth first and within a bound.
    pub(crate) fn open_cycle(
        &mut self,
        start: Stop,
        (from, from_mode): (ClassId, Mode),
        gates: GateSet,
    ) -> Option<Cycle> {
        if start.class == from {
            return None;
        }
        let limit = self.graph.position(from);
        let enter = |class| self.graph.position(class) <= limit;
        let is_held = |class: ClassId| self.classes[class].kind.is_held();
        // Among locks, waits that a gate keeps apart do so however the path goes on.
        let any = |stop: Stop| !is_held(stop.class);
        let only_locks = is_held(from)
            && strong_path(&self.graph, Direction::Forward, start, false, enter, any).is_none();
        let mut path = alloc::vec![Hop {
            stop: start,
            way: Way {
                kind: DepKinds::EN,
                gates,
            },
            onward: self.onward(start),
        }];
        let mut steps = 0;
        let mut found = None;
        while let Some(hop) = path.last_mut() {
            let Some((class, way)) = hop.onward.pop() else {
                path.pop();
                continue;
            };
            steps += 1;
            if steps > STEPS_OF_CYCLE.min(self.gate_steps) {
                break;
            }
            let apart = |hop: &Hop| self.excluding(hop.way.gates, way.gates).is_some();
            let known = path.iter().any(|hop| hop.stop.class == class);
            if known || !enter(class) || only_locks && path.iter().any(apart) {
                continue;
            }
            let stop = Stop {
                class,
                only_readers: way.kind.only_recursive(),
            };
            let last = class == from;
            let onward = if last { Vec::new() } else { self.onward(stop) };
            path.push(Hop { stop, way, onward });
            if last && !(stop.only_readers && from_mode.is_read()) {
                let stops: Vec<Stop> = path.iter().map(|hop| hop.stop).collect();
                let sets: Vec<GateSet> = path.iter().map(|hop| hop.way.gates).collect();
                if self.gate_around(&stops, &sets).is_none() {
                    let kinds = path[1..].iter().map(|hop| hop.way.kind).collect();
                    found = Some(Cycle {
                        path: stops,
                        kinds,
                        gate: None,
                    });
                    break;
                }
            }
        }
        self.gate_steps -= steps.min(self.gate_steps);
        if self.gate_steps == 0 {
            self.reach_limit(
                "too many cycles behind gates: of later ones only the shortest is looked at",
            );
        }
        found
    }

    /// Where a path may go from `stop`, and how: the last is to be tried first.
    fn onward(&self, stop: Stop) -> Vec<(ClassId, Way)> {
        let after = self.graph.after(stop.class).iter().rev();
        after
            .flat_map(|&class| {
                let ways = self.ways(stop.class, class).into_iter().rev();
                let strong = ways.filter(|way| !way.kind.after(stop.only_readers).is_empty());
                strong.map(move |way| (class, way))
            })
            .collect()
    }

    /// The kinds in which `to` was seen taken under `from`, each with its gates, the strongest first; without those
    /// that a stronger one under no more gates makes superfluous.
    fn ways(&self, from: ClassId, to: ClassId) -> Vec<Way> {
        const STRONGEST_FIRST: [DepKinds; 4] =
            [DepKinds::EN, DepKinds::SN, DepKinds::ER, DepKinds::SR];
        let mut ways: Vec<Way> = Vec::new();
        let Some(edge) = self.graph.edge(from, to).map(|id| self.graph.get(id)) else {
            return ways;
        };
        for kind in STRONGEST_FIRST {
            let gates = edge.gates(kind);
            let stronger = |way: &Way| {
                (kind.only_shared() || !way.kind.only_shared())
                    && (kind.only_recursive() || !way.kind.only_recursive())
                    && self.gates.within(way.gates, gates)
            };
            if edge.kinds.contains(kind) && !ways.iter().any(stronger) {
                ways.push(Way { kind, gates });
            }
        }
        ways
    }

    /// The gate, if any, that keeps the tasks of a cycle apart whose waits have these gates around them.
    ///
    /// Between what tasks hold it is enough that two of the waits exclude each other. A fence, an event or a work item is needed
    /// whether or not its task has started, so there one gate must lie around every wait.
    fn gate_around(&self, path: &[Stop], sets: &[GateSet]) -> Option<ClassId> {
        if path
            .iter()
            .all(|stop| self.classes[stop.class].kind.is_held())
        {
            let gated: Vec<GateSet> = sets
                .iter()
                .copied()
                .filter(|set| *set != GateSet::EMPTY)
                .collect();
            return (1..gated.len()).find_map(|at| {
                let earlier = gated[..at].iter();
                earlier
                    .copied()
                    .find_map(|other| self.excluding(gated[at], other))
            });
        }
        let (first, others) = sets.split_first()?;
        self.gates
            .get(*first)
            .iter()
            .copied()
            .find_map(|(class, shared)| {
                let around = |set: &GateSet| self.gates.get(*set).contains(&(class, false));
                // What the cycle itself waits for keeps nobody out of it.
                let outside = path
                    .iter()
                    .all(|stop| self.classes[stop.class].base != class);
                (!shared && outside && self.is_gate(class) && others.iter().all(around))
                    .then_some(class)
            })
    }

    /// A gate that keeps the holders of two sets apart.
    fn excluding(&self, a: GateSet, b: GateSet) -> Option<ClassId> {
        self.gates.exclude(a, b, |class| self.is_gate(class))
    }

    /// Whether a class can be a gate: a lock of which there is one.
    fn is_gate(&self, class: ClassId) -> bool {
        let class = &self.classes[class];
        class.kind.is_lock() && matches!(class.population, Population::One(_))
    }
}

/// A class on a path being searched, the way into it, and the ways out that were not tried yet.
struct Hop {
    stop: Stop,
    way: Way,
    onward: Vec<(ClassId, Way)>,
}

/// One way in which a dependency was seen.
#[derive(Clone, Copy, Debug)]
struct Way {
    kind: DepKinds,
    gates: GateSet,
}
