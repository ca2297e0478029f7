//! What one lockdep report says, typed.

use std::fmt;

use thiserror::Error;

use super::{Kind, Symbol};
use crate::proc_lockdep::{ClassName, Usage, UsageBit};

/// One lockdep report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Line of the log with the headline, from 1.
    pub line: u64,
    /// What lockdep complains about.
    pub kind: Kind,
    /// The task that was running.
    pub task: Option<Task>,
    /// Its interrupt state, where the report prints it.
    pub irq_state: Option<IrqState>,
    /// The lock that it was about to take (or to release, or whose memory it freed).
    pub lock: Option<LockRef>,
    /// The lock that it held already and that conflicts.
    pub holding: Option<LockRef>,
    /// The nest lock that it should have held.
    pub nest_lock: Option<LockClass>,
    /// The dependency chain of a circular report in dependency order: of each entry the next one was
    /// taken while it was held, and of the last one the first, which is the new edge.
    ///
    /// This is the reverse of the order in which the kernel prints it.
    pub chain: Vec<ChainEntry>,
    /// What the task held, oldest first.
    pub held: Vec<HeldLock>,
    /// Usage states that the report names, each with the place where it was registered.
    pub usage: Vec<UsageRecord>,
    /// The two states of an inconsistent report: what was seen before, what was seen now.
    pub transition: Option<(UsageBit, UsageBit)>,
    /// Wait types of the context (`context-{5:5}`).
    pub context: Option<WaitTypes>,
    /// All dependencies that the report shows, existing ones and the new one.
    pub edges: Vec<Edge>,
    /// What seems to be missing or damaged in the report; the first 16.
    pub problems: Vec<Problem>,
}

/// A task as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Task {
    /// The task's name.
    pub comm: String,
    /// Its thread id.
    pub pid: u32,
}

/// The `[HC1[1]:SC0[0]:HE0:SE1]` of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one independent bit per field of the printed state"
)]
pub struct IrqState {
    /// In a hardirq.
    pub hardirq: bool,
    /// In a softirq.
    pub softirq: bool,
    /// Hardirqs are enabled.
    pub hardirqs_enabled: bool,
    /// Softirqs are enabled.
    pub softirqs_enabled: bool,
}

/// A lock class as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockClass {
    /// The name of its locks, without version and subclass.
    pub name: String,
    /// Which class of this name it is, from 2; `None` for the first.
    pub version: Option<u32>,
    /// The subclass, 0 to 7.
    pub subclass: u8,
    /// Irq contexts in which its locks were taken; `None` if not printed, or printed in an
    /// older kernel's six characters.
    pub usage: Option<Usage>,
    /// Its wait types; `None` on older kernels, which have none.
    pub wait: Option<WaitTypes>,
}

impl LockClass {
    /// Whether both are the same class: name, version and subclass; usage changes with time.
    pub fn is(&self, other: &LockClass) -> bool {
        (&self.name, self.version, self.subclass) == (&other.name, other.version, other.subclass)
    }
}

impl fmt::Display for LockClass {
    /// Prints the name as lockdep does, `&x->lock#2/1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ClassName {
            base: self.name.as_bytes(),
            version: self.version,
            subclass: self.subclass,
        };
        fmt::Display::fmt(&name, f)
    }
}

/// Wait types as numbers of the kernel's `enum lockdep_wait_type`.
///
/// With `CONFIG_PROVE_RAW_LOCK_NESTING` 0 is unchecked, 1 free, 2 spin, 3 spin that sleeps on
/// real-time kernels, 4 sleep, 5 no limit; without it 3 is sleep and 4 no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WaitTypes {
    /// What taking the lock needs of its surroundings.
    pub outer: u8,
    /// What holding the lock allows inside.
    pub inner: u8,
}

/// A lock that a report names with its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockRef {
    /// Address of the lock, if printed.
    pub addr: Option<u64>,
    /// Its class.
    pub class: LockClass,
    /// Function that took it, takes it or releases it.
    pub at: Option<Symbol>,
    /// Line of the log.
    pub line: u64,
}

/// An entry of the dependency chain of a circular report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainEntry {
    /// The number the kernel gives it: `-> #3`. 0 is the lock that is being taken.
    pub index: u32,
    /// The class.
    pub class: LockClass,
    /// First function of its stack that is no lock function: where it was taken while the entry before
    /// it was held.
    pub acquired_at: Option<Symbol>,
    /// Line of the log.
    pub line: u64,
}

/// A lock of the list of held locks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldLock {
    /// Its place in the list, 0 is the oldest.
    pub index: u32,
    /// The lock and where it was taken.
    pub lock: LockRef,
}

/// A usage state of a class and where it was first seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UsageRecord {
    /// The class; `None` if the report did not name it readably.
    pub class: Option<LockClass>,
    /// The state; `None` for states of other kernel versions.
    pub bit: Option<UsageBit>,
    /// First function of its stack that is no lock function.
    pub registered_at: Option<Symbol>,
    /// Line of the log.
    pub line: u64,
}

/// `to` was taken while `from` was held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The class that was held.
    pub from: LockClass,
    /// The class that was taken.
    pub to: LockClass,
    /// Function that took it, if the report shows that.
    pub acquired_at: Option<Symbol>,
    /// Whether it is the edge that the reported acquisition would have made; others exist already.
    pub new: bool,
}

/// Something in a report that could not be read or is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {kind}")]
pub struct Problem {
    /// Line of the log, from 1; that of the headline for what is missing as a whole.
    pub line: u64,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What can be wrong with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProblemKind {
    /// The task is missing or damaged.
    #[error("the report names no task")]
    NoTask,
    /// The lock is missing or damaged.
    #[error("the report names no lock")]
    NoLock,
    /// The conflicting lock is missing or damaged.
    #[error("the report does not name the lock that is held")]
    NoHeldLock,
    /// A circular or irq report without its dependency chain.
    #[error("the report shows no dependency chain")]
    NoChain,
    /// Entries are missing in the dependency chain, so no edges can be told from it.
    #[error("entries are missing in the dependency chain")]
    ChainGap,
    /// The report has more entries than any kernel prints; the rest is left out.
    #[error("more entries than any kernel prints; the rest is left out")]
    TooMany,
}
