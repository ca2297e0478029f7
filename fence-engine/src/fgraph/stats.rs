//! A class graph in figures.

use alloc::vec::Vec;
use core::fmt;

use super::class_graph::ClassGraph;
use super::rows::GateRow;
use super::view::ClassIndex;
use crate::class::ClassKind;
use crate::mode::DepKinds;
use crate::usage::{Usage, UsageBit};

/// The figures of a class graph; shown as text by [`fmt::Display`], a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Classes.
    pub classes: usize,
    /// Classes of each kind that occurs.
    pub kinds: Vec<(ClassKind, usize)>,
    /// Classes with each usage bit, by its number.
    pub usage: [usize; 12],
    /// Locks of which one instance was met, so that they can be gates.
    pub single_instances: usize,
    /// Dependencies.
    pub edges: usize,
    /// Dependencies with each kind: shared to recursive, exclusive to recursive, shared to not recursive, exclusive to
    /// not recursive.
    pub edge_kinds: [usize; 4],
    /// Dependencies seen with no lock taken in between.
    pub direct: usize,
    /// Dependencies that were never seen without a gate around them.
    pub gated: usize,
    /// Witnesses: one for each kind of each dependency.
    pub witnesses: usize,
    /// Different places.
    pub sites: usize,
    /// Classes of the largest strongly connected component; 1 if no class depends on itself through others.
    pub largest_component: usize,
    /// Bytes of the encoding.
    pub bytes: usize,
}

impl ClassGraph {
    /// Counts everything.
    pub fn stats(&self) -> Stats {
        let mut kinds: Vec<ClassKind> = self.classes.iter().map(|class| class.kind).collect();
        kinds.sort_unstable();
        let edges_with = |kind: DepKinds| {
            let edges = self.edges.iter();
            edges.filter(|edge| edge.kinds.contains(kind)).count()
        };
        let classes_with = |bit: u8| {
            let classes = self.classes.iter();
            classes
                .filter(|class| class.usage.contains(UsageBit(bit)))
                .count()
        };
        Stats {
            classes: self.classes.len(),
            kinds: kinds
                .chunk_by(|a, b| a == b)
                .map(|same| (same[0], same.len()))
                .collect(),
            usage: core::array::from_fn(|bit| classes_with(bit as u8)),
            single_instances: self
                .classes
                .iter()
                .filter(|class| class.instances.is_one())
                .count(),
            edges: self.edges.len(),
            edge_kinds: [DepKinds::SR, DepKinds::ER, DepKinds::SN, DepKinds::EN].map(edges_with),
            direct: self.edges.iter().filter(|edge| edge.direct).count(),
            gated: self
                .edges
                .iter()
                .filter(|edge| {
                    let from = ClassIndex(edge.from);
                    let another = |&(gate, _): &GateRow| !self.are_one_lock(ClassIndex(gate), from);
                    let mut witnesses = self.edge_witnesses(edge).iter();
                    witnesses.all(|row| self.gates.get(row.gates).iter().any(another))
                })
                .count(),
            witnesses: self.witnesses.len(),
            sites: self.sites.len() - 1,
            largest_component: self.largest_component(),
            bytes: self.encode().len(),
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "classes             {}", self.classes)?;
        for (kind, count) in &self.kinds {
            writeln!(f, "  {:<17} {count}", kind.word())?;
        }
        writeln!(f, "single instances    {}", self.single_instances)?;
        writeln!(f, "usage")?;
        for (bit, count) in (0..12).zip(self.usage).filter(|(_, count)| *count > 0) {
            writeln!(f, "  {:<17} {count}", usage_word(bit))?;
        }
        writeln!(f, "dependencies        {}", self.edges)?;
        for (kind, count) in ["S->R", "E->R", "S->N", "E->N"]
            .into_iter()
            .zip(self.edge_kinds)
        {
            writeln!(f, "  {kind:<17} {count}")?;
        }
        writeln!(f, "  {:<17} {}", "direct", self.direct)?;
        writeln!(f, "  {:<17} {}", "behind a gate", self.gated)?;
        writeln!(f, "witnesses           {}", self.witnesses)?;
        writeln!(f, "places              {}", self.sites)?;
        writeln!(f, "largest component   {}", self.largest_component)?;
        writeln!(f, "bytes               {}", self.bytes)
    }
}

/// The name of a usage bit, ours told apart from the kernel's.
pub(super) fn usage_word(bit: u8) -> &'static str {
    match bit {
        10 => "IN-HARDIRQ-READER",
        11 => "IN-SOFTIRQ-READER",
        bit if Usage::from_bits(1 << bit).is_empty() => "",
        bit => UsageBit(bit).report_name(),
    }
}
