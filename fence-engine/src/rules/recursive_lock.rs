//! `recursive-lock` (LD001): a task takes a lock it already holds.
//!
//! ## What it finds
//! A task acquires a lock while it holds the same lock, or another lock of the same class.
//!
//! - Same instance: an error, even under two subclasses.
//! - Same class and subclass, two instances: an error, unless the new one names a held `nest` lock, such as
//!   a ww acquire context.
//! - Read inside read: an error if the inner read can queue behind a writer (`down_read()`, `read_lock()`
//!   in process context). A recursive read, as in an interrupt or SRCU, is fine.
//!
//! A trylock never fires here, but a lock held by trylock counts as held. Level: error. Two instances that
//! are taken in both orders, each time with different subclasses, are not seen: the subclass is believed.
//!
//! ## Why it deadlocks
//! 1. The task holds `submit` and asks for `submit` again.
//! 2. Only the task itself could release it, and it sleeps, or spins.
//!
//! With two instances it takes two tasks: one holds `bo.1` and wants `bo.2`, the other holds `bo.2` and
//! wants `bo.1`. The class does not say which comes first, so both orders are possible. With two reads it
//! takes a writer: the writer waits for the first read, the second read queues behind the writer, and the
//! first read ends only after the second.
//!
//! ## Example
//! ```fence
//! expect recursive-lock
//! thread ioctl
//!   lock submit mutex
//!   # helper(), which locks for itself
//!   lock submit mutex
//!   unlock submit
//!   unlock submit
//! ```
//!
//! ## Use instead
//! Lock in one function, and give the inner one a variant that expects the lock: `lockdep_assert_held()`
//! says so. For two objects of a class, fix an order (by address, parent before child) and name the inner
//! one with `mutex_lock_nested()`. For buffers, use an acquire context: `ww_acquire_init()` and
//! `dma_resv_lock()`, or `drm_exec_lock_obj()`.
//!
//! ```fence
//! expect clean
//! thread copy
//!   lock bo.1 mutex
//!   lock bo.2 mutex subclass=1
//!   unlock bo.2
//!   unlock bo.1
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: the same address twice, and two reservations without a context, are errors. Other nesting
//!   of one class is a note: a trace shows neither subclass, nest lock nor recursive readers.
//! - The kernel's lockdep: yes, as "possible recursive locking detected". It compares classes only: the
//!   same lock under two subclasses passes.
//!
//! ## References
//! Section 2.3 and W-9 of `docs/spec/kernel-semantics.md`; `mutex_lock_nested()`, `lockdep_assert_held()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/recursive-lock/`.

use crate::config::Evidence;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::task::{Held, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD001",
    name: "recursive-lock",
    level: Level::Error,
    summary: "a task takes a lock it already holds",
    template: "`{lock}` is taken while this task already holds it",
    source: include_str!("recursive_lock.rs"),
};

/// The class is held already; whether it is the same instance is not known or does not matter.
pub(crate) fn report_class(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held) {
    // Reservations nest in acquire contexts only, and those are visible wherever the locks are.
    let resv = engine
        .contract()
        .is_some_and(|contract| contract.resv == entry.class());
    // A recording does not show whether a reader is recursive.
    let readers = held.mode().is_read() && entry.mode().is_read();
    let guessed = readers && engine.config().evidence == Evidence::WholeThread;
    let sure = (held.instance == entry.instance || resv) && !guessed;
    let level = if sure {
        Level::Error
    } else {
        engine.config().class_nesting
    };
    report(engine, task, entry, held, level);
}

/// The very instance is held already.
pub(crate) fn report_instance(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held) {
    report(engine, task, entry, held, Level::Error);
}

fn report(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held, level: Level) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain_taking(Verdict::Recursive, task, entry);
    complaint.against = Some(engine.view(held));
    let lock = engine.class_label(entry.class());
    let mut draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .about(lock.clone())
        .level(level)
        .step(
            engine,
            1,
            label,
            held.site,
            Action::Takes {
                lock: lock.clone(),
                mode: held.mode(),
            },
        )
        .step(
            engine,
            1,
            label,
            entry.site,
            Action::Blocks {
                on: lock,
                mode: entry.mode(),
            },
        )
        .complaint(complaint);
    if held.instance != entry.instance {
        draft = draft.note("these are two instances of one class: give the inner one a subclass, or take both in an acquire context");
    }
    engine.emit(draft);
}
