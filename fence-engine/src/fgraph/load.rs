//! From a class graph to an engine, which judges it as if it had seen it all happen.

use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::export::MAP;
use super::instances::Instances;
use super::roles::Roles;
use super::rows::EdgeRow;
use super::view::{ClassIndex, GraphEdge, GraphSite};
use crate::class::{ClassId, Instance, Population};
use crate::contract::Contract;
use crate::cycles::Dependency;
use crate::engine::Engine;
use crate::mode::Mode;
use crate::site::Site;
use crate::task::{How, Lock};
use crate::usage::UsageBit;
use crate::witness::{HeldAt, Why};

impl Engine {
    /// Takes in what other runs have learnt, and reports what follows from it: classes, then their usage, then the
    /// dependencies, each checked as in a run. The order is the graph's, so equal graphs give equal findings.
    ///
    /// The engine may have seen something itself, before or after; then what both know together is judged. The
    /// contract of the graph counts unless the engine has been primed with one.
    pub fn load(&mut self, graph: &ClassGraph) {
        self.load_where(graph, &|_| true, &|_| true);
    }

    /// The same for some of the classes and some of the dependencies between these.
    pub(super) fn load_where(
        &mut self,
        graph: &ClassGraph,
        wanted: &dyn Fn(ClassIndex) -> bool,
        wanted_edge: &dyn Fn(&EdgeRow) -> bool,
    ) {
        let mut ids = Vec::with_capacity(graph.class_count());
        for (index, class) in graph.classes() {
            ids.push(wanted(index).then(|| {
                let base = self.declare(&class.spec());
                self.load_instances(base, class.instances);
                if class.subclass == 0 {
                    base
                } else {
                    self.subclass(base, class.subclass)
                }
            }));
        }
        let id = |index: ClassIndex| ids.get(index.index()).copied().flatten();
        self.load_contract(graph, &id);
        self.load_usage(graph, &id);
        // What was declared comes first, as in a run: so it is what a dependency is known by, and closes no cycle.
        for declared in [true, false] {
            for edge in graph.edges().filter(|edge| wanted_edge(&edge.row)) {
                self.load_edge(&edge, &id, declared);
            }
        }
    }

    fn load_instances(&mut self, base: ClassId, instances: Instances) {
        let population = &mut self.classes[base].population;
        match instances {
            Instances::None => {}
            Instances::One => {
                if *population == Population::None {
                    // One of another run: the next that is met may well be the same lock.
                    *population = Population::One(Instance(0));
                }
            }
            Instances::Only(MAP) => self.meet(base, Lock::map(base).instance),
            Instances::Only(instance) => self.meet(base, instance),
            Instances::Many => {
                *population = Population::Many;
                self.gate_lost();
            }
        }
    }

    fn load_contract(&mut self, graph: &ClassGraph, id: &impl Fn(ClassIndex) -> Option<ClassId>) {
        if self.fences.contract.is_some() {
            return;
        }
        let part = |role: Roles| {
            let (index, _) = graph
                .classes()
                .find(|(_, class)| class.roles.contains(role))?;
            Some((index, id(index)?))
        };
        let parts = Roles::ALL.map(part);
        let [
            Some(mmap),
            Some(resv_context),
            Some(resv),
            Some(reclaim),
            Some(notifier),
            Some(fence),
        ] = parts
        else {
            return;
        };
        self.fences.contract = Some(Contract {
            mmap: mmap.1,
            resv_context: resv_context.1,
            resv: resv.1,
            reclaim: reclaim.1,
            notifier: notifier.1,
            fence: fence.1,
        });
        self.fences.ordered = graph.edge(notifier.0, fence.0).is_some_and(|edge| {
            edge.witnesses()
                .any(|(_, witness)| witness.why == Why::Declared)
        });
    }

    fn load_usage(&mut self, graph: &ClassGraph, id: &impl Fn(ClassIndex) -> Option<ClassId>) {
        let mut task = None;
        for (index, class) in graph.classes() {
            let Some(id) = id(index) else { continue };
            let checked = class.kind.is_lock() || !self.is_strict();
            for (bit, site) in graph.usage_sites(index) {
                let (bit, site) = (UsageBit(bit), self.load_site(&site));
                if bit.is_irq() && checked {
                    let task = *task.get_or_insert_with(|| self.start_task("earlier run"));
                    let how = How::new(mode_of(bit));
                    let entry = self.tasks[task.index()]
                        .task
                        .entry(id, Instance(0), how, site);
                    self.mark(task, &entry, bit);
                } else if !self.classes[id].usage.contains(bit) {
                    self.classes[id].usage.insert(bit);
                    self.classes[id].usage_sites[usize::from(bit.0)] = site;
                }
                if self.stopped {
                    return;
                }
            }
        }
    }

    /// Records a dependency as it was declared, or as it was seen.
    fn load_edge(
        &mut self,
        edge: &GraphEdge<'_>,
        id: &impl Fn(ClassIndex) -> Option<ClassId>,
        declared: bool,
    ) {
        let (Some(from), Some(to)) = (id(edge.from), id(edge.to)) else {
            return;
        };
        // As in a run: profile `strict` tells instances of one class apart, and has no such dependency.
        if from == to && self.is_strict() {
            return;
        }
        for (kinds, witness) in edge.witnesses() {
            if self.stopped || declared != (witness.why == Why::Declared) {
                continue;
            }
            let gates = witness.gates.iter();
            let gates = gates
                .filter_map(|&(class, shared)| Some((id(class)?, shared)))
                .collect();
            let held = witness.held.iter().filter_map(|held| {
                let class = id(held.class)?;
                Some(HeldAt {
                    class,
                    site: self.load_site(&held.site),
                    mode: held.mode,
                })
            });
            let (from_mode, to_mode) = kinds.modes();
            let new = Dependency {
                from,
                to,
                kinds,
                from_mode,
                to_mode,
                distance: u16::from(edge.direct),
                held: held.collect(),
                gates: self.gates.intern(gates),
                from_site: self.load_site(&witness.from),
                to_site: self.load_site(&witness.to),
                task: None,
                label: self.sources.intern("", witness.task),
                why: witness.why,
            };
            self.depend(new);
        }
    }

    fn load_site(&mut self, site: &GraphSite<'_>) -> Site {
        if *site == GraphSite::default() {
            return Site::UNKNOWN;
        }
        let source = self.sources.intern(site.file, site.function);
        Site::new(source, u64::from(site.line), site.column)
    }
}

/// A mode that sets `bit`: readers in interrupts are recursive unless the bit is the one for those that are not.
const fn mode_of(bit: UsageBit) -> Mode {
    match bit.0 {
        1 | 5 => Mode::RecursiveRead,
        3 | 7 | 10 | 11 => Mode::Read,
        _ => Mode::Exclusive,
    }
}
