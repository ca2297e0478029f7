//! `sleep-in-atomic` (LD007): something that may sleep is called in atomic context.
//!
//! ## What it finds
//! An operation that may sleep runs in a hardirq or softirq, with interrupts off, with bottom halves off,
//! or with preemption off, which includes every held spinlock. Operations that may sleep: `might_sleep()`,
//! a blocking allocation, a fence wait even of a signalled fence, a wait for an event or for user space,
//! `flush_work()` and `cancel_work_sync()`, `synchronize_srcu()`, runtime resume, dma-buf mapping, a touch
//! of user memory, and the acquisition of a sleeping lock.
//!
//! Level: error. In the body of a fence callback the finding is `sleep-in-callback`. A sleeping lock that
//! is already an `invalid-wait-context` is not reported again here. Deleting a timer does not sleep.
//!
//! ## Why it deadlocks
//! 1. A task holds the spinlock `ring` and goes to sleep.
//! 2. The scheduler picks another task, which spins for `ring`. On the same CPU it spins for ever, because
//!    the holder never gets the CPU back.
//! 3. With interrupts off there is nobody to wake the sleeper: the interrupt that would signal the fence
//!    stays pending. In an interrupt there is nothing to go back to at all.
//!
//! ## Example
//! ```fence
//! expect sleep-in-atomic
//! thread ioctl
//!   lock ring spin
//!   wait job
//!   unlock ring
//! ```
//!
//! ## Use instead
//! Take a reference under the lock, drop the lock, then sleep: `dma_fence_get()`, `spin_unlock()`,
//! `dma_fence_wait()`. Allocate before the lock, or with `GFP_ATOMIC` or `GFP_NOWAIT`. From an interrupt,
//! queue a work item or use a threaded handler (`request_threaded_irq()`). If the holder must sleep, the
//! lock should be a mutex.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   lock ring spin
//!   get job
//!   unlock ring
//!   wait job
//!   put job
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: `ms`, `alloc`, `fw`.
//! - Recordings: fence waits, where the flags show an interrupt, or interrupts or bottom halves off.
//!   Preempt depth is not used: `mutex_lock()` raises it as well.
//! - The kernel: not lockdep but `CONFIG_DEBUG_ATOMIC_SLEEP`, as "BUG: sleeping function called from
//!   invalid context". Lockdep stays on after it.
//!
//! ## References
//! 1.10, 1.13 and G-01 of `docs/spec/kernel-semantics.md`; `might_sleep()`, `in_atomic()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/sleep-in-atomic/`.

use crate::class::WaitType;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD007",
    name: "sleep-in-atomic",
    level: Level::Error,
    summary: "something that may sleep is called in atomic context",
    template: "this may sleep, but {why}",
    source: include_str!("sleep_in_atomic.rs"),
};

/// `might_sleep()` in atomic context or with interrupts off.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let state = &engine.tasks[task.index()];
    if let Some(callback) = state.signalling.callbacks.last().copied() {
        return super::sleep_in_callback::report(engine, task, callback.fence, site);
    }
    let context = state.task.context();
    let why = if context.in_hardirq() {
        "runs in a hardirq"
    } else if context.in_softirq() {
        "runs in a softirq"
    } else if !context.irqs_on() {
        "interrupts are off"
    } else {
        "preemption is off: a spinlock is held, or bottom halves are disabled"
    };
    let label = engine.task_label(task);
    let complaint = engine.complain(Verdict::SleepInAtomic, Some(task), label);
    let draft = Draft::new(&RULE, site, label)
        .argument("why", why)
        .about(why)
        .at_each_site()
        .under(
            engine,
            task,
            |class| matches!(class.inner, WaitType::Spin | WaitType::Config),
            site,
            Action::Says {
                text: "may sleep".into(),
            },
        )
        .complaint(complaint);
    engine.emit(draft);
}
