//! Lockdep's own reports in a kernel log, to typed graph material.
//!
//! [`Parser`] takes a log line by line and hands out a [`Report`] for each report in it; everything
//! else in the log is skipped. It reads the console's one-line form, and the form in which every
//! `KERN_CONT` piece of a lock's name became a line of its own, behind the prefixes of `dmesg`, syslog
//! and journald. This module knows how lockdep words its reports; it does not judge them.
//!
//! ```
//! use fence_replay::splat::{Kind, read_reports};
//!
//! let log = b"\
//! [    6.466023] ============================================
//! [    6.466031] WARNING: possible recursive locking detected
//! [    6.466277] --------------------------------------------
//! [    6.466284] fb-ioctl/43 is trying to acquire lock:
//! [    6.466313] ff110000008f5290 (&obj->lock){+.+.}-{4:4}, at: lock_two+0x1b/0x33 [gpu]
//! ";
//! let reports = read_reports(log);
//! assert_eq!(reports[0].kind, Kind::Recursive);
//! let lock = reports[0].lock.as_ref().expect("the report names the lock");
//! assert_eq!(lock.class.name, "&obj->lock");
//! ```
//!
//! # What a report does not tell
//!
//! - Read modes and try-locks of the locks it names, except through the usage states.
//! - Anything after the first report: lockdep is then off (sleep-in-atomic reports excepted).
//! - Of an edge, where its first lock was taken: a stack shows where the second one was.

mod building;
mod edge;
mod finish;
mod frame;
mod joiner;
mod kind;
mod lock_text;
mod parser;
mod prefix;
mod report;
mod statement;

pub use frame::Symbol;
pub use kind::Kind;
pub use parser::{Parser, is_log, is_report, read_reports};
pub use report::{
    ChainEntry, Edge, HeldLock, IrqState, LockClass, LockRef, Problem, ProblemKind, Report, Task,
    UsageRecord, WaitTypes,
};

#[cfg(test)]
mod tests;
