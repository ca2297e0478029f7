//! `queue-without-reclaim` (DF113): a queue without a rescuer runs work that reclaim may wait for.
//!
//! ## What it finds
//! A workqueue that was declared without `WQ_MEM_RECLAIM` runs an item that
//!
//! - signals a fence, or
//! - is flushed or cancelled synchronously by a task in reclaim, or stands on a queue that is flushed
//!   there.
//!
//! Level: warning. Only queues whose flags are declared are judged (`workqueue Q` in a pattern): an item on
//! an undeclared queue never fires. It does not count an item that only helps, without signalling itself.
//!
//! ## Why it deadlocks
//! 1. Memory is short. Reclaim waits for `job`, or flushes the item `purge`.
//! 2. All workers of the pool are busy or asleep, in allocations for instance. To run the item the queue
//!    needs a new worker thread, and to create a thread takes memory.
//! 3. The memory would come from reclaim, which waits for the item.
//!
//! A queue with `WQ_MEM_RECLAIM` has a rescuer, a thread made in advance that runs items when no new worker
//! can be had. The rescuer runs them one after the other, so no item on the queue may wait for another
//! one's fence.
//!
//! ## Example
//! ```fence
//! expect queue-without-reclaim
//! workqueue sched ordered
//! thread ioctl
//!   begin_signalling
//!   publish job
//!   queue run_job wq=sched
//!   end_signalling
//! thread kworker worker
//!   run run_job wq=sched
//!   begin_signalling
//!   signal job
//!   end_signalling
//!   done run_job
//! ```
//!
//! ## Use instead
//! `alloc_workqueue("sched", WQ_MEM_RECLAIM, 0)` or `alloc_ordered_workqueue("sched", WQ_MEM_RECLAIM)`, for
//! the timeout handler too, and nothing else on that queue: no item that allocates with `GFP_KERNEL` or
//! waits for fences. Not `system_wq`, which has no rescuer. In a pattern:
//! `workqueue sched mem_reclaim ordered`.
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no work items.
//! - Recordings: no. A trace shows the name of a queue but not its flags.
//! - The kernel: `check_flush_dependency()` warns when a task in reclaim, or an item of a `WQ_MEM_RECLAIM`
//!   queue, flushes a queue without it. Nothing checks the queues that signal.
//!
//! ## References
//! R-01, R-05, S-05, S-06, G-25, U-GAP-14 of `docs/spec/kernel-semantics.md`; `alloc_workqueue()`;
//! `Documentation/core-api/workqueue.rst`, `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/queue-without-reclaim/`.

use crate::class::ClassId;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF113",
    name: "queue-without-reclaim",
    level: Level::Warning,
    summary: "a queue without a rescuer runs work that reclaim may wait for",
    template: "`{work}` is needed by a signal or by reclaim, but its queue `{queue}` has no rescuer (WQ_MEM_RECLAIM)",
    source: include_str!("queue_without_reclaim.rs"),
};

/// The queue was declared, and not as one that makes progress under memory pressure.
pub(crate) fn report(engine: &mut Engine, task: TaskId, work: ClassId, queue: ClassId, site: Site) {
    let label = engine.task_label(task);
    let (work, queue) = (engine.class_label(work), engine.class_label(queue));
    let draft = Draft::new(&RULE, site, label)
        .argument("work", work.clone())
        .argument("queue", queue.clone())
        .about(work)
        .about(queue);
    engine.emit(draft);
}
