//! `invalid-wait-context` (LD006): a lock that may sleep is taken where nothing may, such as under a spinlock or in an interrupt.
//!
//! ## What it finds
//! Each lock has a wait type: `raw_spinlock_t` always spins, `spinlock_t` and `rwlock_t` spin but sleep on
//! a real-time kernel, mutexes, rwsems and reservations sleep. The rule fires when a lock sleeps deeper
//! than the locks already held, or the context, allow:
//!
//! - under a raw spinlock, only raw spinlocks;
//! - under a spinlock or rwlock, no sleeping lock;
//! - in a softirq, and in a hardirq whose handler would be threaded, no sleeping lock; in any other hardirq
//!   only raw spinlocks.
//!
//! Disabled interrupts or preemption alone do not count here: that is `sleep-in-atomic`. A trylock is not
//! checked, but what is taken under it is. A sleeping lock found here is not reported a second time for
//! sleeping. Level: error.
//!
//! ## Why it deadlocks
//! 1. A task holds `core`, a raw spinlock, with preemption off.
//! 2. `counters` is contended. On a real-time kernel the task goes to sleep, holding `core`.
//! 3. Every other CPU that wants `core` spins, and can be the one that should run the owner of `counters`.
//!    With a mutex instead of a spinlock this happens on every kernel.
//!
//! ## Example
//! ```fence
//! expect invalid-wait-context
//! thread pmu
//!   lock core raw_spin
//!   lock counters spin
//!   unlock counters
//!   unlock core
//! ```
//!
//! ## Use instead
//! Take the lock that sleeps first and outside. Or make the inner lock at least as strict as the outer one
//! (`raw_spinlock_t` inside `raw_spinlock_t`), if it is short and bounded. Or, outside of interrupts,
//! `mutex_trylock()`, and a work item for when it fails.
//!
//! ```fence
//! expect clean
//! thread pmu
//!   lock counters spin
//!   lock core raw_spin
//!   unlock core
//!   unlock counters
//! ```
//!
//! ## Seen by
//! - Patterns: yes, from the kind on the `lock` line. A thread of context `hardirq` counts as threaded.
//! - Scenarios: yes, for classes declared with `in=` or `out=`.
//! - Recordings: no. A trace does not show of what kind a lock is.
//! - The kernel's lockdep: yes, as "Invalid wait context". Spinlocks under raw spinlocks need
//!   `CONFIG_PROVE_RAW_LOCK_NESTING`.
//!
//! ## References
//! Section 2.3 (wait types) of `docs/spec/kernel-semantics.md`; `enum lockdep_wait_type`;
//! `Documentation/locking/locktypes.rst`, `Documentation/locking/lockdep-design.rst`;
//! `tests/patterns/invalid-wait-context/`.

use crate::class::WaitType;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::task::{Held, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD006",
    name: "invalid-wait-context",
    level: Level::Error,
    summary: "a lock that may sleep is taken where nothing may, such as under a spinlock or in an interrupt",
    template: "`{lock}` may sleep, and this context allows no more than {limit}",
    source: include_str!("invalid_wait_context.rs"),
};

/// The outer wait type of `entry` exceeds the limit of its context.
pub(crate) fn report(engine: &mut Engine, task: TaskId, entry: &Held, limit: WaitType) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain_taking(Verdict::InvalidWaitContext, task, entry);
    complaint.limit = Some(limit);
    let lock = engine.class_label(entry.class());
    let limit = match limit {
        WaitType::Spin => "spinning on a raw spinlock",
        WaitType::Config => "spinning on a spinlock",
        _ => "not waiting at all",
    };
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("limit", limit)
        .about(lock.clone())
        .at_each_site()
        .under(
            engine,
            task,
            |class| matches!(class.inner, WaitType::Spin | WaitType::Config),
            entry.site,
            Action::Blocks {
                on: lock,
                mode: entry.mode(),
            },
        )
        .complaint(complaint);
    engine.emit(draft);
}
