//! `unannotated-handoff` (DF112): a fence published by one thread is signalled by another outside any signalling section.
//!
//! ## What it finds
//! One thread publishes a fence, another one (a work item, an interrupt, a scheduler thread) signals it,
//! and the second has no signalling section open at the signal. If the same thread published the fence, the
//! note is `signal-outside-section`.
//!
//! Level: note. It is a missing annotation and no bug by itself. The hand-over itself is checked only where
//! the item is queued inside a section: then the fence depends on the item and on its queue.
//!
//! ## Why it deadlocks
//! It does not, yet. Every step of the other thread up to the signal is signalling code, and so is
//! everything that has to happen before that thread runs.
//!
//! 1. The work item gets a new lock. Nothing connects it with the fence: no section is open there.
//! 2. The submitter holds that lock and waits for `job`. The item waits for the lock.
//!
//! ## Example
//! ```fence
//! expect unannotated-handoff
//! thread ioctl
//!   begin_signalling
//!   publish job
//!   end_signalling
//!   queue run_job
//! thread kworker worker
//!   run run_job
//!   signal job
//!   done run_job
//! ```
//!
//! ## Use instead
//! Queue inside the publisher's section, and open a new one first thing in the function that will signal:
//! `dma_fence_begin_signalling()` is per thread, the cookie does not travel. The timeout handler is part of
//! the path as well.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   begin_signalling
//!   publish job
//!   queue run_job
//!   end_signalling
//! thread kworker worker
//!   run run_job
//!   begin_signalling
//!   signal job
//!   end_signalling
//!   done run_job
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no signals.
//! - Recordings: no, see `signal-outside-section`. But there the whole history of the signalling thread
//!   counts, so a lock in an unannotated item is found as `wait-under-signalling-lock`.
//! - The kernel's lockdep: no. It keeps sections per thread and does not track hand-offs.
//!
//! ## References
//! R-03, S-02, S-05, S-06, G-10 of `docs/spec/kernel-semantics.md`; `queue_work()`, `dma_fence_signal()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/unannotated-handoff/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF112",
    name: "unannotated-handoff",
    level: Level::Note,
    summary: "a fence published by one thread is signalled by another outside any signalling section",
    template: "`{fence}` was handed over to this thread, which signals it outside a signalling section",
    source: include_str!("unannotated_handoff.rs"),
};

/// The publisher is another task, and no section is open.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
