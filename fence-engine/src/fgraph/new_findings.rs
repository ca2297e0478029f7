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

    /// An engine that has seen all this and nothing else, at the end of its run.
    pub fn judged(&self, config: Config) -> Engine {
        let mut engine = Engine::new(self.config(config));
        engine.load(self);
        engine.finish();
        engine
    }

    /// What an engine that has seen all this would have found.
    pub fn findings(&self, config: Config) -> Vec<Finding> {
        self.judged(config).take_findings()
    }

    /// Whether this graph alone has the deadlock that `finding`, made of it and others, is about.
    pub fn has(&self, finding: &Finding) -> bool {
        let about = About::of(finding);
        let paths = self.paths(&about);
        paths.iter().any(|path| {
            let found = self.findings_along(path, about.cycle);
            found
                .iter()
                .any(|found| About::of(found).cycle == about.cycle && found.level >= finding.level)
        })
    }

    /// The classes that `about` may mean, each with a dependency on the next. A label does not tell the kind of a
    /// class, so there may be several such paths.
    fn paths(&self, about: &About) -> Vec<Vec<ClassIndex>> {
        const MOST: usize = 64;
        let mut paths = alloc::vec![Vec::new()];
        for label in &about.labels {
            let classes: Vec<ClassIndex> = self.labelled(label).collect();
            let longer = paths.iter().flat_map(|path: &Vec<ClassIndex>| {
                // A path among readers may pass a class twice, so it is not asked whether it does.
                let next = classes.iter().copied().filter(|class| {
                    path.last()
                        .is_none_or(|&last| self.edge(last, *class).is_some())
                });
                next.map(|class| path.iter().copied().chain([class]).collect())
            });
            paths = longer.take(MOST).collect();
        }
        let closed = |path: &Vec<ClassIndex>| match path[..] {
            [first, .., last] => self.edge(last, first).is_some(),
            _ => false,
        };
        paths.retain(|path| !path.is_empty() && (!about.cycle || closed(path)));
        paths
    }

    /// What follows from these classes, the dependencies along them, and the gates of these.
    fn findings_along(&self, path: &[ClassIndex], cycle: bool) -> Vec<Finding> {
        let closing = path.last().zip(path.first()).filter(|_| cycle);
        let pairs = path.iter().zip(path.iter().skip(1)).chain(closing);
        let edges: Vec<GraphEdge<'_>> = pairs
            .filter_map(|(from, to)| self.edge(*from, *to))
            .collect();
        let mut wanted = alloc::vec![false; self.class_count()];
        let witnesses = edges.iter().flat_map(GraphEdge::witnesses);
        let gates = witnesses.flat_map(|(_, witness)| witness.gates);
        for class in path.iter().copied().chain(gates.map(|(gate, _)| gate)) {
            wanted[class.index()] = true;
        }
        let mut ends: Vec<(u32, u32)> = edges.iter().map(|edge| edge.row.ends()).collect();
        ends.sort_unstable();
        let mut engine = Engine::new(self.config(Config::STRICT));
        engine.load_where(self, &|class| wanted[class.index()], &|edge| {
            ends.binary_search(&edge.ends()).is_ok()
        });
        engine.take_findings()
    }

    fn labelled(&self, label: &str) -> impl Iterator<Item = ClassIndex> {
        let classes = self.classes();
        classes
            .filter(|(_, class)| class.is_labelled(label))
            .map(|(index, _)| index)
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
    keep_new(&mut findings, parts);
    findings
}

/// Drops the findings that one of `parts` has by itself, as [`new_findings`] does.
pub fn keep_new(findings: &mut Vec<Finding>, parts: impl IntoIterator<Item = ClassGraph>) {
    if !findings.is_empty() {
        for part in parts {
            findings.retain(|finding| !part.has(finding));
        }
    }
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
}
