//! `callback-misuse` (DF205): a fence callback signals its own fence, or leaves with a lock held that it took.
//!
//! ## What it finds
//! `dma_fence_signal()` on a fence from inside a callback of that same fence. It fires whether or not the
//! caller holds the lock already: the fence is signalled, or being signalled, when its callbacks run.
//!
//! A lock taken in a callback's body and still held at its end is one as well: the next callback, and the code
//! that signals, run with a lock held that nobody there knows of.
//!
//! Level: error. Signalling another fence there is allowed, also one that shares the lock; that needs the
//! locked variant. What else a callback must not do has other names: sleeping is `sleep-in-callback`, locks
//! that invert against the fence's lock are found by the lock rules. Removing a callback from itself is not
//! seen.
//!
//! ## Why it deadlocks
//! 1. `dma_fence_signal()` takes the lock of `job`, interrupts off, and calls the callbacks one by one.
//! 2. A callback, "complete everything of this file" say, calls `dma_fence_signal()` on `job`.
//! 3. That takes the same lock again and spins. The CPU is gone, then every CPU that signals on the
//!    timeline.
//!
//! `dma_fence_signal_locked()` would return at once and do nothing: the call is at best useless.
//!
//! ## Example
//! ```fence
//! expect callback-misuse
//! thread retire worker
//!   fence_lock job
//!   callback job
//!   signal job
//!   callback_end job
//!   fence_unlock job
//! ```
//!
//! ## Use instead
//! Nothing: the fence is signalled already. A callback that completes a list of fences leaves out its own.
//! To signal the next fence of the same timeline, call `dma_fence_signal_locked()`, as the lock is held. To
//! signal fences with other locks, bounce through `irq_work_queue()`, as the containers do.
//!
//! ```fence
//! expect clean
//! fence job context=ring lock=tl
//! fence next context=ring lock=tl
//! thread retire worker
//!   fence_lock job
//!   signal job
//!   callback job
//!   signal next
//!   callback_end job
//!   fence_unlock job
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. They show no callbacks.
//! - The kernel's lockdep: yes, as recursive locking of the fence's lock, when it happens. Lockdep speaks
//!   just before the CPU starts to spin.
//!
//! ## References
//! F-SIG-3, F-SIG-4, F-CB-4, F-CB-5, R-08, G-14 of `docs/spec/kernel-semantics.md`;
//! `dma_fence_add_callback()`, `dma_fence_signal_locked()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/callback-misuse/`.

use alloc::string::String;

use crate::class::ClassId;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF205",
    name: "callback-misuse",
    level: Level::Error,
    summary: "a fence callback signals its own fence, or leaves with a lock held that it took",
    template: "a callback of `{fence}` {what}",
    source: include_str!("callback_misuse.rs"),
};

/// `dma_fence_signal()` inside the fence's own callback.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    emit(
        engine,
        task,
        fence,
        "signals it again: its lock is held here".into(),
        site,
    );
}

/// A lock taken in the body is not released at its end.
pub(crate) fn report_lock(
    engine: &mut Engine,
    task: TaskId,
    fence: FenceId,
    lock: ClassId,
    site: Site,
) {
    let what = alloc::format!(
        "ends with `{}` held, which it took",
        engine.class_label(lock)
    );
    emit(engine, task, fence, what, site);
}

fn emit(engine: &mut Engine, task: TaskId, fence: FenceId, what: String, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .argument("what", what)
            .about(name),
    );
}
