//! What a class graph has to say, and whether a part of it says so already.
//!
//! A deadlock is new if no single part has all of it: every dependency of its cycle in a kind that counts and outside
//! the same gate, or every dependency of its path and the usage at both ends. This is looked up in the parts and not
//! told by fingerprints: a fingerprint names the dependency that happened to close the cycle, which is another one in
//! each run.

use alloc::string::String;
use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::view::{ClassIndex, GraphEdge};
use crate::config::{Config, Evidence};
use crate::engine::Engine;
use crate::finding::Finding;

impl ClassGraph {
    /// The settings to judge this graph with, from those the user chose: what was guessed from whole threads stays so.
    #[must_use]
    pub fn config(&self, base: Config) -> Config {
        let evidence = if self.whole_thread {
            Evidence::WholeThread
        } else {
            base.evidence
        };
        Config { evidence, ..base }
    }

    /// What an engine that has seen all this would have found.
    pub fn findings(&self, config: Config) -> Vec<Finding> {
        let mut engine = Engine::new(self.config(config));
        engine.load(self);
        engine.finish();
        engine.take_findings()
    }

    /// Whether this graph alone has the deadlock that `finding`, made of it and others, is about.
    pub fn has(&self, finding: &Finding) -> bool {
        let about = About::of(finding);
        let classes: Vec<Vec<ClassIndex>> = about
            .labels
            .iter()
            .map(|label| self.labelled(label))
            .collect();
        let Some(edges) = self.edges_along(&classes, about.cycle) else {
            return false;
        };
        let mut wanted = alloc::vec![false; self.class_count()];
        let gates = edges
            .iter()
            .flat_map(GraphEdge::gates)
            .map(|(gate, _)| gate);
        for class in classes.iter().flatten().copied().chain(gates) {
            wanted[class.index()] = true;
        }
        let mut ends: Vec<(u32, u32)> = edges.iter().map(|edge| edge.row.ends()).collect();
        ends.sort_unstable();
        let mut engine = Engine::new(self.config(Config::STRICT));
        engine.load_where(self, &|class| wanted[class.index()], &|edge| {
            ends.binary_search(&edge.ends()).is_ok()
        });
        engine.findings().iter().any(|found| {
            let other = About::of(found);
            let same = !about.cycle || about.sorted() == other.sorted();
            other.cycle == about.cycle && same && found.level >= finding.level
        })
    }

    /// The dependencies of each class on the next, and in a cycle of the last on the first. None if one is missing.
    fn edges_along(&self, classes: &[Vec<ClassIndex>], cycle: bool) -> Option<Vec<GraphEdge<'_>>> {
        let mut edges = Vec::new();
        let after = classes
            .iter()
            .skip(1)
            .chain(classes.first().filter(|_| cycle));
        for (here, there) in classes.iter().zip(after) {
            let pairs = here
                .iter()
                .flat_map(|from| there.iter().map(move |to| (*from, *to)));
            let before = edges.len();
            edges.extend(pairs.filter_map(|(from, to)| self.edge(from, to)));
            if edges.len() == before {
                return None;
            }
        }
        let all_there = classes.iter().all(|classes| !classes.is_empty());
        all_there.then_some(edges)
    }

    fn labelled(&self, label: &str) -> Vec<ClassIndex> {
        let classes = self.classes();
        classes
            .filter(|(_, class)| class.is_labelled(label))
            .map(|(index, _)| index)
            .collect()
    }
}

/// The findings of `merged` that none of `parts` has by itself. The parts are looked at only if there is any finding,
/// one after the other, so that they need not be in memory together.
pub fn new_findings(
    merged: &ClassGraph,
    config: Config,
    parts: impl IntoIterator<Item = ClassGraph>,
) -> Vec<Finding> {
    let mut findings = merged.findings(config);
    if !findings.is_empty() {
        for part in parts {
            findings.retain(|finding| !part.has(finding));
        }
    }
    findings
}

/// What a finding that follows from the graph is about.
struct About {
    /// The labels of the classes, in the order of the dependencies between them.
    labels: Vec<String>,
    /// Whether the last depends on the first.
    cycle: bool,
}

impl About {
    fn of(finding: &Finding) -> Self {
        if !finding.cycle.is_empty() {
            return Self {
                labels: finding.cycle.clone(),
                cycle: true,
            };
        }
        let complaint = finding.complaint.as_deref();
        let mut labels: Vec<String> = complaint
            .map(|complaint| {
                complaint
                    .chain
                    .iter()
                    .map(|link| link.lock.name.clone())
                    .collect()
            })
            .unwrap_or_default();
        if labels.is_empty() {
            labels.extend(
                complaint
                    .and_then(|complaint| complaint.taking.as_ref())
                    .map(|lock| lock.name.clone()),
            );
        }
        Self {
            labels,
            cycle: false,
        }
    }

    fn sorted(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        labels.sort_unstable();
        labels
    }
}
