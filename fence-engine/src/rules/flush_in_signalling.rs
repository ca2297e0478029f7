//! `flush-in-signalling` (DF108): signalling code flushes or cancels work and waits for it.
//!
//! ## What it finds
//! `flush_work()`, `cancel_work_sync()` or `flush_workqueue()` inside an open signalling section, whatever
//! the item does. `cancel_work()` without waiting is fine.
//!
//! Level: error. A flush between publication and signal, outside a section, does not fire by itself; if the
//! item leads back to the fence, it is `wait-under-signalling-lock`. Deleting a timer is not counted.
//!
//! ## Why it deadlocks
//! A flush waits for a work item, for every lock the item takes, and, on an ordered queue, for whatever was
//! queued before it.
//!
//! 1. `done` wants to signal `job` and first cancels the timeout handler synchronously.
//! 2. The handler is running. It waits for `job`, or for a lock whose owner waits for `job`, or it
//!    allocates and reclaim waits for `job`.
//! 3. `job` is signalled after the cancel.
//!
//! Even if the item is harmless today, without a rescuer the queue may need memory to run it at all.
//!
//! ## Example
//! ```fence
//! expect flush-in-signalling
//! thread kworker worker
//!   run tdr
//!   done tdr
//! thread done irqthread
//!   begin_signalling
//!   cancel_sync tdr
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Signal, close the section, then cancel or flush. In the section itself use `cancel_work()` or
//! `cancel_delayed_work()`, and let the handler find out that the job is done: it takes the job's lock and
//! looks at `dma_fence_is_signaled()`. A reset stops its queues (`drm_sched_wqueue_stop()`) before it opens
//! its section.
//!
//! ```fence
//! expect clean
//! thread done irqthread
//!   begin_signalling
//!   cancel tdr
//!   signal job
//!   end_signalling
//!   cancel_sync tdr
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no work items.
//! - Recordings: not under this name. A flush whose item leads back to a fence is a
//!   `wait-under-signalling-lock`; flushing an idle item leaves no event.
//! - The kernel's lockdep: only if the item, or its ordered queue, is known to lead back to a fence wait.
//!
//! ## References
//! S-06, S-07 and section 2.2 of `docs/spec/kernel-semantics.md`; `flush_work()`, `cancel_work_sync()`;
//! `Documentation/core-api/workqueue.rst`, `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/flush-in-signalling/`.

use crate::class::{ClassId, ClassKind};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF108",
    name: "flush-in-signalling",
    level: Level::Error,
    summary: "signalling code flushes or cancels work and waits for it",
    template: "a signalling section waits here for `{work}` to finish",
    source: include_str!("flush_in_signalling.rs"),
};

/// A flush or `cancel_work_sync()` in a section.
pub(crate) fn report(engine: &mut Engine, task: TaskId, what: ClassId, site: Site) {
    let label = engine.task_label(task);
    let work = engine.class_label(what);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("work", work.clone())
            .about(work.clone())
            .at_each_site()
            .under(
                engine,
                task,
                |class| class.kind == ClassKind::FenceContract,
                site,
                Action::Says {
                    text: alloc::format!("waits for `{work}`"),
                },
            ),
    );
}
