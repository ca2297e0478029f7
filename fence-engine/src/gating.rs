//! Which locks gate a dependency, and whether they keep a cycle of dependencies from hanging. [`crate::gates`] keeps the
//! sets.

use alloc::vec::Vec;

use crate::class::{ClassId, Population};
use crate::engine::{Engine, TaskId};
use crate::gates::{Gate, GateSet};
use crate::search::Stop;

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

    /// The gate, if any, that keeps the tasks of a cycle apart. `gates` are those of the edge that closes it.
    ///
    /// Between locks it is enough that two of the waits exclude each other. A fence, an event or a work item is needed
    /// whether or not its task has started, so there one gate must lie around every wait.
    pub(crate) fn gate_of(&self, path: &[Stop], gates: GateSet) -> Option<ClassId> {
        let counts = |class: ClassId| {
            matches!(self.classes[class].population, Population::One(_))
                && self.classes[class].kind.is_lock()
        };
        let sets: Vec<GateSet> = self.path_gates(path).chain([gates]).collect();
        let first = *sets.first()?;
        if path
            .iter()
            .all(|stop| self.classes[stop.class].kind.is_lock())
        {
            let pairs = sets
                .iter()
                .enumerate()
                .flat_map(|(at, a)| sets[..at].iter().map(move |b| (*a, *b)));
            return pairs
                .into_iter()
                .find_map(|(a, b)| self.gates.exclude(a, b, counts));
        }
        self.gates
            .get(first)
            .iter()
            .copied()
            .find_map(|(class, shared)| {
                let around = |set: &GateSet| self.gates.get(*set).contains(&(class, false));
                // What the cycle itself waits for keeps nobody out of it.
                let outside = path
                    .iter()
                    .all(|stop| self.classes[stop.class].base != class);
                (!shared && outside && counts(class) && sets.iter().all(around)).then_some(class)
            })
    }

    fn path_gates<'p>(&'p self, path: &'p [Stop]) -> impl Iterator<Item = GateSet> + 'p {
        path.windows(2).map(|pair| {
            let edge = self.graph.edge(pair[0].class, pair[1].class);
            edge.map_or(GateSet::EMPTY, |id| self.graph.get(id).gates)
        })
    }
}
