//! Which locks gate a dependency, and whether they keep a cycle of dependencies from hanging. [`crate::gates`] keeps the
//! sets.

use alloc::vec::Vec;
use hashbrown::HashMap;

use crate::class::{ClassId, Population};
use crate::cycles::Cycle;
use crate::engine::Engine;
use crate::gates::{Gate, GateSet, Gates};
use crate::hash::Hasher;
use crate::mode::{DepKinds, Mode};
use crate::search::Stop;
use crate::task::TaskId;

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
        let level = held.get(at).map_or(0, crate::task::Held::level);
        // What was taken after a section opened does not keep the section's fences from being waited for.
        let since = if held
            .get(at)
            .is_some_and(|held| self.classes[held.class()].kind.is_lock())
        {
            depth
        } else {
            at
        };
        let since = since.min(held.len());
        let gates: Vec<Gate> = held[..since]
            .iter()
            .enumerate()
            .filter(|(position, held)| *position <= at || held.try_lock())
            .filter(|(_, held)| held.level() == level && self.classes[held.class()].kind.is_lock())
            .map(|(_, held)| (self.classes[held.class()].base, held.mode().is_read()))
            .collect();
        self.gates.intern(gates)
    }

    /// The cycle along `path`, closed by a dependency with `gates` around it, in the strongest kinds there are.
    pub(crate) fn cycle_along(&self, path: Vec<Stop>, gates: GateSet) -> Cycle {
        let mut only_readers = path.first().is_some_and(|stop| stop.only_readers);
        let mut taken: Vec<Way> = Vec::new();
        for pair in path.windows(2) {
            let ways = self.ways(pair[0].class, pair[1].class);
            let strong = |way: &Way| !way.kind.after(only_readers).is_empty();
            let Some(way) = ways.into_iter().find(strong) else {
                continue;
            };
            only_readers = way.kind.only_recursive();
            taken.push(way);
        }
        let sets: Vec<GateSet> = taken.iter().map(|way| way.gates).chain([gates]).collect();
        Cycle {
            gate: self.gate_around(&path, &sets),
            kinds: taken.iter().map(|way| way.kind).collect(),
            path,
        }
    }

    /// Where the shortest cycle lies behind a gate, the shortest one that does not: from `start` to `from`, held as
    /// `from_mode`, and back to the start under `gates`.
    ///
    /// A path carries the gates of its waits, and goes on only with waits that these do not exclude. Of two paths to one
    /// class, the one that carries nothing the other does not carry too can do all that the other can.
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
        let mut carried = Gates::default();
        let mut known: HashMap<Stop, Vec<Carried>, Hasher> = HashMap::default();
        let closing = Way {
            kind: DepKinds::EN,
            gates,
        };
        let fresh = Carried {
            held: GateSet::EMPTY,
            common: carried.intern(self.gates.get(gates).to_vec()),
        };
        let with = self.carry(&mut carried, fresh, from, start.class, closing)?;
        let mut queue = alloc::vec![Reached {
            stop: start,
            with,
            kind: DepKinds::EN,
            before: usize::MAX,
        }];
        let most = STEPS_OF_CYCLE.min(self.gate_steps);
        let (mut next, mut steps, mut end) = (0, 0, None);
        'search: while let Some(&Reached { stop, with, .. }) = queue.get(next) {
            for &class in self.graph.after(stop.class) {
                if self.graph.position(class) > limit {
                    continue;
                }
                for way in self.ways(stop.class, class) {
                    steps += 1;
                    if steps > most {
                        break 'search;
                    }
                    if way.kind.after(stop.only_readers).is_empty() {
                        continue;
                    }
                    let Some(with) = self.carry(&mut carried, with, stop.class, class, way) else {
                        continue;
                    };
                    let stop = Stop {
                        class,
                        only_readers: way.kind.only_recursive(),
                    };
                    let free = Stop {
                        only_readers: false,
                        ..stop
                    };
                    let covered = [stop, free].iter().any(|stop| {
                        let before = known.get(stop).into_iter().flatten();
                        before.into_iter().any(|before| {
                            carried.within(before.held, with.held)
                                && carried.within(before.common, with.common)
                        })
                    });
                    if covered {
                        continue;
                    }
                    known.entry(stop).or_default().push(with);
                    if stop.closes(from, from_mode) && with.common == GateSet::EMPTY {
                        end = Some(queue.len());
                    }
                    if class != from || end.is_some() {
                        queue.push(Reached {
                            stop,
                            with,
                            kind: way.kind,
                            before: next,
                        });
                    }
                    if end.is_some() {
                        break 'search;
                    }
                }
            }
            next += 1;
        }
        if steps > most {
            self.reach_limit(
                "too many cycles behind gates: some that no gate is around may be missed",
            );
        }
        self.gate_steps -= steps.min(most);
        let mut cycle = Cycle {
            path: Vec::new(),
            kinds: Vec::new(),
            gate: None,
        };
        let mut at = end?;
        while let Some(reached) = queue.get(at) {
            cycle.path.push(reached.stop);
            cycle.kinds.push(reached.kind);
            at = reached.before;
        }
        cycle.kinds.pop();
        cycle.path.reverse();
        cycle.kinds.reverse();
        Some(cycle)
    }

    /// What a path carries on from `from` to `to`, if a gate does not keep that apart from what it carries so far.
    fn carry(
        &self,
        carried: &mut Gates,
        with: Carried,
        from: ClassId,
        to: ClassId,
        way: Way,
    ) -> Option<Carried> {
        let around = self.gates.get(way.gates);
        let mut held = with.held;
        if self.classes[from].kind.is_held() {
            let mut all = carried.get(held).to_vec();
            for &(gate, shared) in around.iter().filter(|gate| self.is_gate(gate.0)) {
                match all.iter().find(|other| other.0 == gate) {
                    Some((_, theirs)) if shared && *theirs => {}
                    Some(_) => return None,
                    None => all.push((gate, shared)),
                }
            }
            held = carried.intern(all);
        }
        let outside = |gate: ClassId| [from, to].iter().all(|&end| self.classes[end].base != gate);
        let common = carried.get(with.common).iter().copied();
        let common = common
            .filter(|&(gate, shared)| !shared && around.contains(&(gate, false)))
            .filter(|&(gate, _)| self.is_gate(gate) && outside(gate))
            .collect();
        Some(Carried {
            held,
            common: carried.intern(common),
        })
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

    /// The gate, if any, that keeps the tasks of a cycle apart whose waits have these gates around them, that of the wait
    /// which closes it last.
    ///
    /// Two tasks that each hold a lock of the cycle cannot both be there if a gate keeps them apart. A fence, an event or
    /// a work item is needed whether or not its task has started, so where these are in the way one gate must lie around
    /// every wait.
    fn gate_around(&self, path: &[Stop], sets: &[GateSet]) -> Option<ClassId> {
        let held: Vec<GateSet> = path
            .iter()
            .zip(sets)
            .filter(|(stop, set)| {
                **set != GateSet::EMPTY && self.classes[stop.class].kind.is_held()
            })
            .map(|(_, set)| *set)
            .collect();
        let apart = (1..held.len()).find_map(|at| {
            let mut earlier = held[..at].iter();
            earlier.find_map(|&other| self.excluding(held[at], other))
        });
        if apart.is_some() {
            return apart;
        }
        let (first, others) = sets.split_first()?;
        let mut gates = self.gates.get(*first).iter().copied();
        gates.find_map(|(class, shared)| {
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

/// What a path being searched carries.
#[derive(Clone, Copy, Debug)]
struct Carried {
    /// The gates of the waits of those that hold something.
    held: GateSet,
    /// The gates that were around every wait so far and are not waited for themselves.
    common: GateSet,
}

/// A class that was reached: with what, by a dependency of which kind, and from where in the queue.
#[derive(Clone, Copy, Debug)]
struct Reached {
    stop: Stop,
    with: Carried,
    kind: DepKinds,
    before: usize,
}

/// One way in which a dependency was seen.
#[derive(Clone, Copy, Debug)]
struct Way {
    kind: DepKinds,
    gates: GateSet,
}
