//! `inconsistent-irq-state` (LD003): a lock is taken in an interrupt and elsewhere with that interrupt enabled.
//!
//! ## What it finds
//! One lock class has both uses: acquired inside a hardirq (or softirq), and held somewhere with hardirqs
//! (or softirqs) enabled. The two need not happen in one run of a thread. Turning interrupts back on while
//! the lock is held counts as holding it with interrupts on.
//!
//! - Timers, and softirqs on the way back from an interrupt, are softirq; `irq_work` is hardirq.
//! - Read against read is no clash. A trylock in the interrupt is no use; one outside with interrupts on
//!   is.
//! - Only real locks count, not pseudo-locks such as work items.
//!
//! Level: error. Clashes between two different locks are `irq-inversion` and `irq-unsafe-order`.
//!
//! ## Why it deadlocks
//! 1. A task holds `stats` on CPU 0, with interrupts on.
//! 2. The interrupt arrives on CPU 0. Its handler spins for `stats`.
//! 3. The task cannot run before the handler returns, and the handler does not return before the task
//!    releases `stats`. CPU 0 is dead, then everybody who wants `stats`.
//!
//! `dma_fence_signal()` takes the fence's lock. If it is called in the completion interrupt, the lock
//! passed to `dma_fence_init()` is such a lock, and so is every lock taken in a callback.
//!
//! ## Example
//! ```fence
//! expect inconsistent-irq-state
//! thread ioctl
//!   lock stats spin
//!   unlock stats
//! thread done hardirq
//!   lock stats spin
//!   unlock stats
//! ```
//!
//! ## Use instead
//! `spin_lock_irqsave()` (or `spin_lock_irq()`) in process context for a lock that a hardirq takes,
//! `spin_lock_bh()` for one that only softirqs take. The handler itself may use `spin_lock()`.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   spin_irq stats
//!   unlock_irq stats
//! thread done hardirq
//!   lock stats spin
//!   unlock stats
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: yes, if the lines carry the irqs-off column; not with the `noirq-info` option or from
//!   `perf script`.
//! - The kernel's lockdep: yes, as "inconsistent lock state", once both uses have happened in one boot.
//!
//! ## References
//! Section 2.3 (irq state), 1.5 and F-CB-4 of `docs/spec/kernel-semantics.md`; `spin_lock_irqsave()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/inconsistent-irq-state/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Place;
use crate::task::{Held, TaskId};
use crate::usage::{Usage, UsageBit};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD003",
    name: "inconsistent-irq-state",
    level: Level::Error,
    summary: "a lock is taken in an interrupt and elsewhere with that interrupt enabled",
    template: "`{lock}` is used as {new} here, and was used as {old} before: an interrupt can hit its own holder",
    source: include_str!("inconsistent_irq_state.rs"),
};

/// The class has had the opposite usage `own` before `bit` was set.
pub(crate) fn report(engine: &mut Engine, task: TaskId, entry: &Held, bit: UsageBit, own: Usage) {
    let label = engine.task_label(task);
    let Some(old) = own.iter().next() else { return };
    let class = &engine.classes[entry.class()];
    let before = class.used_at(old);
    let lock = class.label();
    let mut complaint = engine.complain_taking(Verdict::Inconsistent, task, entry);
    complaint.states = Some((old.report_name(), bit.report_name()));
    complaint.registered = Some(Place::new(&engine.sources, before.0));
    let interrupt = if bit.is_soft() { "softirq" } else { "hardirq" };
    let (inside, outside) = if bit.is_on() {
        (before, (entry.site, label))
    } else {
        ((entry.site, label), before)
    };
    let hit =
        alloc::format!("a {interrupt} arrives here and takes `{lock}`, which its own task holds");
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("new", bit.report_name())
        .argument("old", old.report_name())
        .about(lock.clone())
        .step_then(
            engine,
            1,
            outside,
            Action::Takes {
                lock,
                mode: entry.mode(),
            },
        )
        .step_then(engine, 1, inside, Action::Says { text: hit })
        .complaint(complaint);
    engine.emit(draft);
}
