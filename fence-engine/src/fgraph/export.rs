//! From an engine to a class graph.

use alloc::vec::Vec;

use super::builder::GraphBuilder;
use super::class_graph::ClassGraph;
use super::instances::Instances;
use super::roles::Roles;
use super::view::{ClassIndex, GraphClass, GraphHeld, GraphSite, GraphWitness};
use crate::class::{Class, ClassId, Instance, Population};
use crate::config::Evidence;
use crate::engine::Engine;
use crate::graph::EdgeId;
use crate::site::Site;
use crate::task::Lock;
use crate::witness::Witness;

/// Stands for the one instance of a lock that has none, which an engine numbers by its class.
pub(super) const MAP: Instance = Instance(1 << 63);

impl Engine {
    /// What was learnt so far, to be merged with what other runs have learnt. Dependencies that close a reported
    /// deadlock are among it.
    pub fn class_graph(&self) -> ClassGraph {
        self.export(false)
    }

    /// The same as one part of a run, to be merged with the other parts: instances have the same numbers in all of them.
    pub fn class_graph_of_part(&self) -> ClassGraph {
        self.export(true)
    }

    fn export(&self, comparable: bool) -> ClassGraph {
        let mut builder = GraphBuilder::new();
        if self.config.evidence == Evidence::WholeThread {
            builder.whole_thread();
        }
        let classes: Vec<ClassIndex> = self
            .classes
            .iter()
            .map(|(id, class)| {
                let index = builder.class(&self.class_view(id, class, comparable));
                for bit in class.usage.iter() {
                    let site = class.usage_sites[usize::from(bit.0)];
                    builder.usage(index, bit.0, &self.site_view(site));
                }
                index
            })
            .collect();
        let index = |class: ClassId| classes[class.index()];
        for (at, edge) in self.graph.edges().enumerate() {
            let (from, to, direct) = (index(edge.from), index(edge.to), edge.distance == 1);
            for kind in edge.kinds.singles() {
                let witness = self.graph.witness(EdgeId(at as u32), kind);
                let gates = self.gates.get(edge.gates(kind)).iter();
                let witness = GraphWitness {
                    gates: gates
                        .map(|&(class, shared)| (index(class), shared))
                        .collect(),
                    ..witness
                        .map(|witness| self.witness_view(witness, index))
                        .unwrap_or_default()
                };
                builder.edge(from, to, kind, direct, &witness);
            }
        }
        builder.finish()
    }

    fn class_view<'e>(&self, id: ClassId, class: &'e Class, comparable: bool) -> GraphClass<'e> {
        GraphClass {
            name: &class.name,
            kind: class.kind,
            subclass: class.subclass,
            outer: class.outer,
            inner: class.inner,
            lock_type: class.lock_type,
            roles: Roles::of(id, self.contract()),
            instances: match class.population {
                Population::None => Instances::None,
                Population::One(instance) if comparable && instance == Lock::map(id).instance => {
                    Instances::Only(MAP)
                }
                Population::One(instance) if comparable && instance != Instance(0) => {
                    Instances::Only(instance)
                }
                Population::One(_) => Instances::One,
                Population::Many => Instances::Many,
            },
            usage: class.usage,
        }
    }

    fn site_view(&self, site: Site) -> GraphSite<'_> {
        GraphSite {
            file: self.sources.file(site),
            function: self.sources.function(site),
            line: site.line(),
            column: site.column(),
        }
    }

    fn witness_view<'e>(
        &'e self,
        witness: &'e Witness,
        index: impl Fn(ClassId) -> ClassIndex,
    ) -> GraphWitness<'e> {
        let held = witness.held.iter();
        GraphWitness {
            from: self.site_view(witness.from),
            to: self.site_view(witness.to),
            task: self.sources.function(Site::new(witness.task, 0, 0)),
            why: witness.why,
            gates: Vec::new(),
            held: held
                .map(|held| GraphHeld {
                    class: index(held.class),
                    site: self.site_view(held.site),
                    mode: held.mode,
                })
                .collect(),
        }
    }
}
