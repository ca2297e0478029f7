//! `sleep-in-callback` (DF116): a fence callback calls something that may sleep.
//!
//! ## What it finds
//! An operation that may sleep inside the body of a callback added with `dma_fence_add_callback()`: a
//! sleeping helper, a blocking allocation, a wait for another fence, a flush. Callbacks run under the lock
//! of their fence with interrupts off, whoever signals it and in whatever context.
//!
//! Level: error. It replaces `sleep-in-atomic` there. A mutex taken in the body is `invalid-wait-context`,
//! a blocking allocation usually `reclaim-in-signalling` as well. Locks that invert against the fence's
//! lock are found by the lock rules. It does not see a destructor that runs because the callback dropped
//! the last reference, unless the input shows what it does.
//!
//! ## Why it deadlocks
//! 1. A waiter's callback runs inside `dma_fence_signal()`, under the lock of the timeline.
//! 2. It drops the last reference to a job; freeing the job takes a mutex and sleeps.
//! 3. The completion interrupt on that CPU stays off, and every other CPU that signals on this timeline, or
//!    only asks whether a fence is signalled, spins for the lock. The owner of the mutex may be one of
//!    them.
//!
//! The callback may be somebody else's code: it hangs the driver that signals.
//!
//! ## Example
//! ```fence
//! expect sleep-in-callback
//! thread retire worker
//!   signal job
//!   callback job
//!   # last kref_put(): the release may sleep
//!   might_sleep
//!   callback_end job
//! ```
//!
//! ## Use instead
//! In the callback only wake, count and queue: `wake_up_process()`, `complete()`, `queue_work()`,
//! `irq_work_queue()`. Do the rest there. Give references away with `dma_fence_put()` only if the release
//! is atomic-safe, else put them in the work item.
//!
//! ```fence
//! expect clean
//! thread retire worker
//!   signal job
//!   callback job
//!   queue release
//!   callback_end job
//! thread kworker worker
//!   run release
//!   might_sleep
//!   done release
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no callbacks.
//! - Recordings show no callbacks. There a blocking allocation is `reclaim-in-signalling`, a fence wait
//!   `sleep-in-atomic`.
//! - The kernel: as "sleeping function called from invalid context", if the C code reaches a
//!   `might_sleep()`. A blocking allocation is reported as a circle before that.
//!
//! ## References
//! R-08, F-CB-4, F-REF-3, RR-8, G-14 of `docs/spec/kernel-semantics.md`; `dma_fence_add_callback()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/sleep-in-callback/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF116",
    name: "sleep-in-callback",
    level: Level::Error,
    summary: "a fence callback calls something that may sleep",
    template: "this may sleep, but runs in a callback of `{fence}`, under its lock with interrupts off",
    source: include_str!("sleep_in_callback.rs"),
};

/// `might_sleep()` inside a callback.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let complaint = engine.complain(Verdict::SleepInAtomic, Some(task), label);
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .about(name)
        .at_each_site()
        .complaint(complaint);
    engine.emit(draft);
}
