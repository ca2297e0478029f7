//! Makes a class graph out of classes and dependencies in any order.

use alloc::boxed::Box;
use alloc::vec::Vec;
use hashbrown::HashMap;

use super::class_graph::ClassGraph;
use super::instances::Instances;
use super::join::Joined;
use super::rows::{ClassRow, EdgeRow, GateRow, HeldRow, SiteRow, WitnessRow};
use super::view::{ClassIndex, GraphClass, GraphSite, GraphWitness};
use crate::class::ClassKind;
use crate::hash::Hasher;
use crate::mode::DepKinds;
use crate::site::Site;
use crate::usage::Usage;

/// Collects classes and dependencies; what is added twice is merged.
///
/// ```
/// use fence_engine::fgraph::{GraphBuilder, GraphClass, GraphSite, GraphWitness};
/// use fence_engine::{ClassKind, DepKinds};
/// let mut builder = GraphBuilder::new();
/// let a = builder.class(&GraphClass::new("a", ClassKind::Lock));
/// let b = builder.class(&GraphClass::new("b", ClassKind::Lock));
/// let place = GraphSite { function: "submit", ..GraphSite::default() };
/// let witness = GraphWitness { to: place, ..GraphWitness::default() };
/// builder.edge(a, b, DepKinds::EN, true, &witness);
/// assert_eq!(builder.finish().edge_count(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct GraphBuilder {
    graph: ClassGraph,
    strings: HashMap<Box<str>, u32, Hasher>,
    sites: HashMap<SiteRow, u32, Hasher>,
    classes: HashMap<(u32, ClassKind, u8), u32, Hasher>,
    gates: HashMap<Box<[GateRow]>, u32, Hasher>,
    held: HashMap<Box<[HeldRow]>, u32, Hasher>,
}

impl Default for GraphBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl GraphBuilder {
    /// A builder of an empty graph.
    pub fn new() -> Self {
        Self {
            graph: ClassGraph::default(),
            strings: HashMap::from_iter([("".into(), 0)]),
            sites: HashMap::from_iter([(SiteRow::default(), 0)]),
            classes: HashMap::default(),
            gates: HashMap::from_iter([(Box::default(), 0)]),
            held: HashMap::from_iter([(Box::default(), 0)]),
        }
    }

    /// Says that the graph is guessed from what whole threads did ([`crate::Evidence::WholeThread`]), so that cycles
    /// of nothing but fences are none.
    pub fn whole_thread(&mut self) {
        self.graph.whole_thread = true;
    }

    /// Adds a class, or to the class of the same name, kind and subclass. A subclass above 7 counts as 7; instances are
    /// kept for locks only, as nothing else is a gate.
    pub fn class(&mut self, class: &GraphClass<'_>) -> ClassIndex {
        let is_lock = class.kind.is_lock();
        let row = ClassRow {
            name: self.string(class.name),
            kind: class.kind,
            subclass: class.subclass.min(7),
            outer: class.outer,
            inner: class.inner,
            lock_type: class.lock_type,
            roles: class.roles,
            instances: if is_lock {
                class.instances
            } else {
                Instances::None
            },
            usage: class.usage,
            usage_sites: [0; 12],
        };
        let classes = &mut self.graph.classes;
        let index = *self
            .classes
            .entry(row.key())
            .or_insert(classes.len() as u32);
        match classes.get_mut(index as usize) {
            Some(known) => known.merge(&row),
            None => classes.push(row),
        }
        ClassIndex(index)
    }

    /// Sets usage bit `bit` of a class, 0 to 11, seen at `site`. Of several sites the first in order is kept.
    pub fn usage(&mut self, class: ClassIndex, bit: u8, site: &GraphSite<'_>) {
        let site = self.site(site);
        let Some(row) = self.graph.classes.get(class.index()) else {
            return;
        };
        let Some(&known) = row.usage_sites.get(usize::from(bit)) else {
            return;
        };
        let better = site != 0 && (known == 0 || self.site_key(site) < self.site_key(known));
        let row = &mut self.graph.classes[class.index()];
        row.usage = row.usage.union(Usage::from_bits(1 << bit));
        if better {
            row.usage_sites[usize::from(bit)] = site;
        }
    }

    /// Adds a dependency seen in `kinds`, or to the one between the same classes. One without kinds, or
    /// with a class of another builder that this one does not have, is not added.
    pub fn edge(
        &mut self,
        from: ClassIndex,
        to: ClassIndex,
        kinds: DepKinds,
        direct: bool,
        witness: &GraphWitness<'_>,
    ) {
        let classes = self.graph.classes.len();
        if kinds.is_empty() || from.index() >= classes || to.index() >= classes {
            return;
        }
        let gates = witness.gates.iter();
        let gates = self.gate_set(gates.filter(|gate| gate.0.index() < classes));
        let held: Vec<HeldRow> = witness
            .held
            .iter()
            .filter(|held| held.class.index() < classes)
            .map(|held| HeldRow {
                class: held.class.0,
                site: self.site(&held.site),
                mode: held.mode,
            })
            .collect();
        let held = self.held_list(held);
        let row = WitnessRow {
            gates,
            from: self.site(&witness.from),
            to: self.site(&witness.to),
            task: self.string(witness.task),
            held,
            why: witness.why,
        };
        let first = self.graph.witnesses.len() as u32;
        self.graph.witnesses.extend(kinds.singles().map(|_| row));
        self.graph.edges.push(EdgeRow {
            from: from.0,
            to: to.0,
            first,
            kinds,
            direct,
        });
    }

    /// The graph, in canonical order.
    pub fn finish(self) -> ClassGraph {
        let mut graph = self.graph;
        graph.order();
        let mut joined = Joined::with_capacity(graph.edges.len(), graph.witnesses.len());
        let mut again = false;
        for edge in &graph.edges {
            let first = edge.first as usize;
            let witnesses = graph.witnesses[first..first + edge.witnesses()]
                .iter()
                .copied();
            match joined.pop_if(edge.ends()) {
                Some((known, ours)) => {
                    joined.push_both(&mut graph.gates, (known, &ours), (*edge, witnesses));
                    again = true;
                }
                None => joined.push(*edge, witnesses),
            }
        }
        if again {
            graph.edges = joined.edges;
            graph.witnesses = joined.witnesses;
            graph.order();
        }
        graph
    }

    fn string(&mut self, string: &str) -> u32 {
        if let Some(&known) = self.strings.get(string) {
            return known;
        }
        let index = self.graph.strings.push(string);
        self.strings.insert(string.into(), index);
        index
    }

    fn site(&mut self, site: &GraphSite<'_>) -> u32 {
        // An engine's own site keeps this much and no more.
        let packed = Site::new(Site::UNKNOWN.source(), u64::from(site.line), site.column);
        let row = SiteRow {
            file: self.string(site.file),
            line: packed.line(),
            column: packed.column(),
            function: self.string(site.function),
        };
        let next = self.graph.sites.len() as u32;
        let index = *self.sites.entry(row).or_insert(next);
        if index == next {
            self.graph.sites.push(row);
        }
        index
    }

    /// What a site compares by before the tables are in order.
    fn site_key(&self, site: u32) -> (&str, u32, u32, &str) {
        let site = self.graph.site(site);
        (site.file, site.line, site.column, site.function)
    }

    fn held_list(&mut self, held: Vec<HeldRow>) -> u32 {
        if let Some(&known) = self.held.get(&held[..]) {
            return known;
        }
        let index = self.graph.held.push(held.iter().copied());
        self.held.insert(held.into(), index);
        index
    }

    fn gate_set<'a>(&mut self, gates: impl Iterator<Item = &'a (ClassIndex, bool)>) -> u32 {
        let mut gates: Vec<GateRow> = gates.map(|&(class, shared)| (class.0, shared)).collect();
        gates.sort_unstable();
        // One held both ways is held exclusively, and sorts first.
        gates.dedup_by_key(|gate| gate.0);
        if let Some(&known) = self.gates.get(&gates[..]) {
            return known;
        }
        let index = self.graph.gates.push(gates.iter().copied());
        self.gates.insert(gates.into(), index);
        index
    }
}
