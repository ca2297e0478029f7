//! A second opinion that knows nothing of the lock graph: it runs small lock and fence programs in every possible order.
//!
//! The engine reports a deadlock because of how classes depend on each other. This module has no classes, no edges and no rules:
//! [`explore`] tries all interleavings of a [`Program`] and looks for a state some thread can never leave, and
//! [`contract_broken`] reads the same program against the written contract of fence signalling. Neither
//! uses the engine, so that a test can compare the two. It is not a model checker for real code: programs are straight lines of at most
//! [`MAX_THREADS`] threads.
//!
//! # The model
//!
//! - **Copies.** Every thread may run [`Options::copies`] times at once, each copy from start to end, at any time. Every thread is run at least once, sooner
//!   or later; a further copy need never start.
//! - **Deadlock.** A reachable state in which some started, unfinished copy cannot finish in any continuation that starts no more than one copy of each
//!   thread not yet started. So a waiter whose signaller merely has not started yet is not deadlocked; it is if the signaller cannot get to its signal
//!   any more, and nobody hopes for a second run of it to come to the rescue. A schedule that only starves a copy is no deadlock. More copies
//!   never make a deadlock go away.
//! - **Locks** have one instance each. Exclusive excludes everybody, the holder itself included. A read ([`Mode::Read`]: rwsem, queued
//!   rwlock) also waits behind a waiting writer, even where the copy itself is among the readers; a recursive read does not. Queues are not
//!   first come, first served: whoever could be next in some order may be next.
//! - **Environment writers.** Readers exist because writers exist. With [`Options::environment_writers`] somebody outside the program
//!   may at any moment queue for writing on a lock that is held for reading; he holds nothing else and leaves at once when his turn has come. Without
//!   it only exclusive acquisitions of the program itself queue.
//! - **Trylock.** It never blocks and may fail at any moment, even on a free lock, because somebody outside may hold it for an instant. A copy whose trylock
//!   fails gives up: it releases what it holds, newest first, signals the fences its thread has still to signal (with an
//!   error, in the driver's words) and ends. So it never hangs and never makes a waiter hang.
//! - **Fences.** One run of the program has one instance of each fence, signalled by the first [`Step::Signal`] that any copy reaches; a later
//!   one does nothing, a wait for a signalled fence passes. A copy that waits for the fence of its own thread therefore waits for whichever copy
//!   signals first; if it must pass that wait before its own signal it is stuck, unless another copy or thread was ahead of it. A fence that no step
//!   signals belongs to somebody outside, who keeps his promise: such a wait always passes.
//! - **Publication.** [`Publication::Beforehand`]: a fence can be waited for from the beginning, as if it had been published before any
//!   thread ran; the whole way to the signal counts, also what lies before the section. [`Publication::AtSection`]: it is published
//!   where the outermost section that signals it opens, and a wait that comes earlier finds nothing to wait for and passes.
//! - **Sections** block nothing and nobody.
//!
//! # What it leaves out
//!
//! Interrupts, preemption, wait types, several instances of a class, `nest_lock`, ww back-off, downgrades, timeouts and interruptible waits, work items, memory,
//! control flow other than a failed trylock, and retrying after one. More than [`MAX_COPIES`] copies in all, hence deadlocks that need a third copy of a
//! thread unless [`Options::copies`] asks for it. The first copy to signal a fence signals it for all, so a fence per run of a thread is not modelled.
//!
//! # Where to look
//!
//! [`program`] the language, [`notation`] its one-line text form, [`scenario`] and [`pattern`] its printed forms for the real tool; [`search`] the
//! exploration, [`trace`] how a hang is told; [`contract`] the rules; [`generate`], [`enumerate`] and [`shrink`] where programs come from and how they
//! get small.

pub mod contract;
pub mod enumerate;
pub mod generate;
pub mod notation;
pub mod pattern;
pub mod program;
pub mod scenario;
pub mod search;
pub mod shrink;
pub mod trace;

mod machine;
mod positions;
mod random;
mod walk;

#[cfg(test)]
mod by_chance;
#[cfg(test)]
mod by_definition;
#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod by_lockdep;
#[cfg(test)]
mod follow;

pub use contract::{Breach, contract_broken};
pub use program::{
    FenceId, LockId, MAX_FENCES, MAX_LOCKS, MAX_STEPS, MAX_THREADS, Mode, Program, ProgramError,
    Step,
};
pub use search::{ExploreError, MAX_COPIES, Options, Publication, Verdict, explore};
pub use trace::{Blocked, Cause, Run, Trace, TraceStep, Writer};
