//! Lockdep's reports as a class graph.

use fence_engine::fgraph::{ClassGraph, ClassIndex, GraphHeld, GraphSite, GraphWitness};
use fence_engine::{DepKinds, Mode, WaitType, Why};

use super::file_graph::{FileGraph, bits};
use super::numbering::Numbering;
use crate::proc_lockdep::{ClassName, UsageBit};
use crate::splat::{Edge, Kind, LockClass, LockRef, Report, Symbol, WaitTypes};

/// The engine's own usage bits for readers in interrupts that are not recursive.
const IN_HARDIRQ_READER: u8 = 10;
const IN_SOFTIRQ_READER: u8 = 11;

/// The dependencies and usage that lockdep's reports in the kernel log `file` show. Places are the lines of the log's
/// headlines, with the kernel functions of the reports.
///
/// ```
/// use fence_replay::{graph_input, splat};
/// let log = b"\
/// [    6.466023] ======================================================
/// [    6.466031] WARNING: possible recursive locking detected
/// [    6.466277] --------------------------------------------
/// [    6.466284] fb-ioctl/43 is trying to acquire lock:
/// [    6.466313] ff110000008f5290 (&obj->lock){+.+.}-{4:4}, at: lock_two+0x1b/0x33 [gpu]
/// ";
/// let graph = graph_input::from_splats("dmesg.txt", &splat::read_reports(log));
/// let (_, class) = graph.classes().next().expect("the lock's class");
/// assert_eq!((class.name, class.usage.chars()), ("&obj->lock", ['+', '.', '+', '.']));
/// ```
#[must_use]
pub fn from_splats(file: &str, reports: &[Report]) -> ClassGraph {
    let mut input = FileGraph::new(file);
    for report in reports {
        input.splat(report);
    }
    input.finish()
}

impl FileGraph<'_> {
    fn splat(&mut self, report: &Report) {
        let numbering = Numbering::of(report);
        for class in classes_of(report) {
            let index = self.lock_class(class, numbering);
            for bit in bits(class.usage.map_or(0, crate::proc_lockdep::Usage::mask)) {
                self.builder.usage(index, bit, &GraphSite::default());
            }
        }
        for record in &report.usage {
            if let (Some(class), Some(bit)) = (&record.class, record.bit) {
                let index = self.lock_class(class, numbering);
                let function = function(record.registered_at.as_ref());
                self.builder
                    .usage(index, bit as u8, &self.place(report.line, &function));
            }
        }
        if let (Some((before, now)), Some(lock)) = (report.transition, &report.lock) {
            let index = self.lock_class(&lock.class, numbering);
            self.builder
                .usage(index, before as u8, &GraphSite::default());
            self.builder.usage(
                index,
                now as u8,
                &self.place(report.line, &function(lock.at.as_ref())),
            );
        }
        if let (Kind::IrqInversion, true, Some(lock)) =
            (report.kind, report.edges.is_empty(), &report.lock)
        {
            self.inverts_itself(report, lock, numbering);
        }
        for edge in &report.edges {
            self.edge(report, edge, numbering);
        }
    }

    /// A lock that inverts against itself is taken by a reader in an interrupt that is not a recursive one: such a
    /// reader would not wait for those that it interrupted.
    fn inverts_itself(&mut self, report: &Report, lock: &LockRef, numbering: Numbering) {
        let index = self.lock_class(&lock.class, numbering);
        for record in &report.usage {
            let bit = match record.bit {
                Some(UsageBit::InHardirqRead) => IN_HARDIRQ_READER,
                Some(UsageBit::InSoftirqRead) => IN_SOFTIRQ_READER,
                _ => continue,
            };
            let function = function(record.registered_at.as_ref());
            self.builder
                .usage(index, bit, &self.place(report.line, &function));
        }
    }

    /// A dependency of a report. Of the new one it is known who made it and what that task held.
    fn edge(&mut self, report: &Report, edge: &Edge, numbering: Numbering) {
        let ends = [&edge.from, &edge.to].map(|class| self.lock_class(class, numbering));
        let acquired = function(edge.acquired_at.as_ref());
        let mut witness = GraphWitness {
            to: self.place(report.line, &acquired),
            why: Why::Held,
            ..GraphWitness::default()
        };
        let task = report
            .task
            .as_ref()
            .map(|task| format!("{}-{}", task.comm, task.pid))
            .unwrap_or_default();
        let holding = report.holding.as_ref().and_then(|lock| lock.at.as_ref());
        let holding = function(holding);
        let held: Vec<_> = report
            .held
            .iter()
            .map(|held| {
                (
                    self.lock_class(&held.lock.class, numbering),
                    function(held.lock.at.as_ref()),
                )
            })
            .collect();
        if edge.new {
            witness.task = &task;
            witness.from = self.place(report.line, &holding);
            let held = held.iter().map(|(class, function)| GraphHeld {
                class: *class,
                site: self.place(report.line, function),
                mode: Mode::Exclusive,
            });
            witness.held = held.collect();
        }
        // Lockdep's paths are made of its direct dependencies and longer ones alike.
        self.builder
            .edge(ends[0], ends[1], DepKinds::EN, false, &witness);
    }

    fn lock_class(&mut self, class: &LockClass, numbering: Numbering) -> ClassIndex {
        let name = ClassName {
            base: class.name.as_bytes(),
            version: class.version,
            subclass: 0,
        };
        let [outer, inner] = class
            .wait
            .map_or([WaitType::None; 2], |WaitTypes { outer, inner }| {
                [outer, inner].map(|wait| numbering.wait_type(wait))
            });
        self.class(&name.to_string(), class.subclass, outer, inner)
    }
}

/// Every class that a report names, as often as it does.
pub(super) fn classes_of(report: &Report) -> impl Iterator<Item = &LockClass> {
    let locks = report
        .lock
        .iter()
        .chain(&report.holding)
        .map(|lock| &lock.class);
    let chain = report.chain.iter().map(|entry| &entry.class);
    let held = report.held.iter().map(|held| &held.lock.class);
    let edges = report.edges.iter().flat_map(|edge| [&edge.from, &edge.to]);
    locks.chain(chain).chain(held).chain(edges)
}

fn function(symbol: Option<&Symbol>) -> String {
    symbol.map(ToString::to_string).unwrap_or_default()
}
