//! The class graph as a value: tables in canonical order, and views of their rows.

use alloc::vec::Vec;

use super::lists::Lists;
use super::rows::{ClassRow, EdgeRow, GateRow, HeldRow, SiteRow, WitnessRow};
use super::strings::Strings;
use super::view::{ClassIndex, GraphClass, GraphEdge, GraphHeld, GraphSite, GraphWitness};
use crate::mode::DepKinds;
use crate::usage::Usage;

/// The lock classes and dependencies that one run has seen, or many: owned, independent of any engine, and in
/// canonical order, so that two graphs are equal exactly when their encodings are.
///
/// It comes from [`crate::Engine::class_graph`], from [`ClassGraph::decode`] or from a [`super::GraphBuilder`], and goes
/// to [`crate::Engine::load`] or [`ClassGraph::encode`].
///
/// ```
/// use fence_engine::{ClassKind, ClassSpec, Engine, Event, How, Instance, Lock, Mode, Site, fgraph::ClassGraph};
/// /// A run in which one thread takes two locks.
/// fn run(first: &str, second: &str) -> ClassGraph {
///     let mut engine = Engine::default();
///     let task = engine.start_task("thread");
///     for (at, name) in [first, second].into_iter().enumerate() {
///         let class = engine.declare(&ClassSpec::new(name, ClassKind::Lock));
///         let lock = Lock { class, instance: Instance(at as u64 + 1) };
///         engine.feed(task, Event::acquire(lock, How::new(Mode::Exclusive)), Site::UNKNOWN);
///     }
///     engine.class_graph()
/// }
/// let (one, other) = (run("a", "b"), run("b", "a"));
/// let merged = one.merge(&other);
/// assert_eq!(merged, other.merge(&one));
/// let findings = merged.findings(Default::default());
/// assert_eq!(findings[0].rule.name, "lock-order-cycle");
/// assert!(!one.has(&findings[0]) && merged.has(&findings[0]));
/// assert_eq!(ClassGraph::decode(&merged.encode())?, merged);
/// # Ok::<(), fence_engine::fgraph::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassGraph {
    /// Some of it was guessed from what whole threads did, see [`crate::Evidence::WholeThread`].
    pub(super) whole_thread: bool,
    pub(super) strings: Strings,
    /// Row 0 is no place.
    pub(super) sites: Vec<SiteRow>,
    pub(super) classes: Vec<ClassRow>,
    pub(super) gates: Lists<GateRow>,
    pub(super) held: Lists<HeldRow>,
    pub(super) edges: Vec<EdgeRow>,
    pub(super) witnesses: Vec<WitnessRow>,
}

impl Default for ClassGraph {
    fn default() -> Self {
        Self {
            whole_thread: false,
            strings: Strings::default(),
            sites: alloc::vec![SiteRow::default()],
            classes: Vec::new(),
            gates: Lists::default(),
            held: Lists::default(),
            edges: Vec::new(),
            witnesses: Vec::new(),
        }
    }
}

impl ClassGraph {
    /// A graph without classes: merging it with another changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is no class in it.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// The classes by name, kind and subclass.
    pub fn classes(&self) -> impl Iterator<Item = (ClassIndex, GraphClass<'_>)> {
        (0..self.classes.len() as u32)
            .map(|index| (ClassIndex(index), self.class(ClassIndex(index))))
    }

    /// How many classes there are.
    pub fn class_count(&self) -> usize {
        self.classes.len()
    }

    /// How many dependencies there are.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// One class. An index of another graph may name any class of this one, or none: then the class is nameless.
    pub fn class(&self, index: ClassIndex) -> GraphClass<'_> {
        self.classes
            .get(index.index())
            .map_or_else(GraphClass::default, |row| GraphClass {
                name: self.strings.get(row.name),
                kind: row.kind,
                subclass: row.subclass,
                outer: row.outer,
                inner: row.inner,
                lock_type: row.lock_type,
                roles: row.roles,
                instances: row.instances,
                usage: row.usage,
            })
    }

    /// The usage bits of a class, by number, and where each was first set.
    pub fn usage_sites(&self, index: ClassIndex) -> impl Iterator<Item = (u8, GraphSite<'_>)> {
        let row = self.classes.get(index.index());
        let bits = row.map_or(Usage::NONE, |row| row.usage);
        bits.iter().map(move |bit| {
            let site = row.map_or(0, |row| row.usage_sites[usize::from(bit.0)]);
            (bit.0, self.site(site))
        })
    }

    /// The dependencies, by their earlier and then their later class.
    pub fn edges(&self) -> impl Iterator<Item = GraphEdge<'_>> {
        self.edges.iter().map(|row| GraphEdge {
            from: ClassIndex(row.from),
            to: ClassIndex(row.to),
            kinds: row.kinds,
            direct: row.direct,
            graph: self,
            row: *row,
        })
    }

    /// The dependency of one class on another, if there is one.
    pub fn edge(&self, from: ClassIndex, to: ClassIndex) -> Option<GraphEdge<'_>> {
        let at = self
            .edges
            .binary_search_by_key(&(from.0, to.0), EdgeRow::ends)
            .ok()?;
        let row = self.edges[at];
        Some(GraphEdge {
            from,
            to,
            kinds: row.kinds,
            direct: row.direct,
            graph: self,
            row,
        })
    }

    /// Whether two classes are the same lock, of whatever subclass.
    pub(super) fn are_one_lock(&self, one: ClassIndex, other: ClassIndex) -> bool {
        let key = |index: ClassIndex| {
            self.classes
                .get(index.index())
                .map(|row| (row.name, row.kind))
        };
        key(one) == key(other)
    }

    pub(super) fn site(&self, index: u32) -> GraphSite<'_> {
        let row = self.sites.get(index as usize).copied().unwrap_or_default();
        GraphSite {
            file: self.strings.get(row.file),
            function: self.strings.get(row.function),
            line: row.line,
            column: row.column,
        }
    }

    pub(super) fn edge_witnesses(&self, row: &EdgeRow) -> &[WitnessRow] {
        let first = row.first as usize;
        self.witnesses
            .get(first..first + row.witnesses())
            .unwrap_or_default()
    }

    pub(super) fn witness_view(&self, row: &WitnessRow) -> GraphWitness<'_> {
        let held = self.held.get(row.held).iter();
        let gates = self.gates.get(row.gates).iter();
        GraphWitness {
            from: self.site(row.from),
            to: self.site(row.to),
            task: self.strings.get(row.task),
            why: row.why,
            gates: gates
                .map(|&(class, shared)| (ClassIndex(class), shared))
                .collect(),
            held: held
                .map(|held| GraphHeld {
                    class: ClassIndex(held.class),
                    site: self.site(held.site),
                    mode: held.mode,
                })
                .collect(),
        }
    }
}

impl<'g> GraphEdge<'g> {
    /// What was seen, for each of its kinds.
    pub fn witnesses(&self) -> impl Iterator<Item = (DepKinds, GraphWitness<'g>)> + use<'g> {
        let graph = self.graph;
        let rows = graph.edge_witnesses(&self.row);
        self.kinds
            .singles()
            .zip(rows.iter().map(|row| graph.witness_view(row)))
    }
}
