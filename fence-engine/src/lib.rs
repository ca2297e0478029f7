//! The engine of `fence`: lock, fence and wait events in, deadlock findings out.
//!
//! Model: the Linux kernel's lockdep as measured, and beyond it waits that are not locks. Front ends feed an [`Engine`] with
//! [`Event`]s of tasks; it keeps each task's held stack, learns a graph of dependencies between lock classes, and makes a
//! [`Finding`] when a cycle in it can hang or a contract is broken.
//!
//! The engine does no I/O, reads no clock, holds no global and no thread-local; any number of engines run side by side. The
//! hot path ([`Task::acquire`] of a known order) takes no lock, allocates nothing and writes no shared memory.
//!
//! Start reading with [`Engine`], then `locks.rs` (what happens inside one acquisition), then `cycles.rs` (when a new
//! dependency is a deadlock).
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod atomic;
mod buffers;
mod chain;
mod class;
mod complain;
mod config;
mod context;
mod contract;
mod cycles;
mod draft;
mod engine;
mod event;
mod event_uses;
mod feed;
mod fence_lock;
pub mod fgraph;
mod finding;
mod finish;
mod gates;
mod gating;
mod graph;
mod hash;
mod irq_usage;
mod locks;
mod mode;
mod order;
mod recording;
mod report;
mod rule;
pub mod rules;
mod search;
mod sections;
mod signal;
mod signalling;
mod site;
mod suspend;
mod task;
mod timers;
mod usage;
mod verdict;
mod waits;
mod who;
mod witness;
mod work;
mod ww;

pub use chain::{ChainSlots, ChainTable};
pub use class::{Class, ClassId, ClassKind, ClassSpec, Instance, LockType, WaitType};
pub use config::{Config, Evidence, FenceBegin, Profile};
pub use context::{ContextOp, ContextState};
pub use contract::{Contract, ContractNames};
pub use engine::Engine;
pub use event::{AllocScope, BufferOp, Event, FenceId, Gfp};
pub use fgraph::ClassGraph;
pub use finding::{Action, Confidence, Finding, Step};
pub use graph::Graph;
pub use mode::{DepKinds, Mode};
pub use rule::{Level, Rule};
pub use signalling::{FenceSpec, QueueFlags};
pub use site::{Place, Site, SourceId, Sources};
pub use suspend::{HeldLevel, Suspended};
pub use task::{Acquired, How, Lock, MAX_LOCK_DEPTH, Task, TaskId};
pub use usage::Usage;
pub use verdict::{Complaint, Link, LockView, Verdict};
pub use witness::{HeldAt, Why, Witness};
