//! `nest-lock-not-held` (LD011): a lock is taken under a nest lock that the task does not hold.
//!
//! ## What it finds
//! An acquisition says that it nests under another lock (`mutex_lock_nest_lock()`, `spin_lock_nest_lock()`,
//! or a ww mutex with its acquire context), and that lock is not on the task's held stack. Also: the nest
//! lock is released while a lock nested under it is still held; then it shows at that release, where the
//! rest of the stack is looked at again.
//!
//! Level: error. It is checked for trylocks too. It does not ask whether the nest lock is really taken
//! around every acquisition of the class by other tasks.
//!
//! ## Why it deadlocks
//! A nest lock is a promise: as long as I hold it, nobody else takes several locks of this class, so their
//! order does not matter. Without it:
//!
//! 1. Task 1 holds `bo.1` and waits for `bo.2`.
//! 2. Task 2, which does hold `vm`, has `bo.2` and waits for `bo.1`.
//! 3. The recursion check was told to look away, so nothing reports the missing order.
//!
//! ## Example
//! ```fence
//! expect nest-lock-not-held
//! thread validate
//!   # vm should be held here
//!   lock bo.1 mutex nest=vm
//!   unlock bo.1
//! ```
//!
//! ## Use instead
//! Take the outer lock first and keep it until the last inner one is released. Say so in the function:
//! `lockdep_assert_held(&vm->lock)`. If there is no such outer lock, use an acquire context, which makes
//! any order safe by backing off: `ww_acquire_init()`, `ww_mutex_lock()`, or `drm_exec_lock_obj()` for
//! buffers.
//!
//! ```fence
//! expect clean
//! thread validate
//!   lock vm mutex
//!   lock bo.1 mutex nest=vm
//!   lock bo.2 mutex nest=vm
//!   unlock bo.2
//!   unlock bo.1
//!   unlock vm
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes, from `nest=`.
//! - Recordings: no. A trace does not show nest locks.
//! - The kernel's lockdep: yes, as "Nested lock was not taken".
//!
//! ## References
//! Section 2.3 and W-9 of `docs/spec/kernel-semantics.md`; `mutex_lock_nest_lock()`, `ww_acquire_init()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/nest-lock-not-held/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::task::{Held, Lock, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD011",
    name: "nest-lock-not-held",
    level: Level::Error,
    summary: "a lock is taken under a nest lock that the task does not hold",
    template: "`{lock}` is taken as nested under `{nest}`, which this task does not hold",
    source: include_str!("nest_lock_not_held.rs"),
};

/// The nest lock named is not on the held stack.
pub(crate) fn report(engine: &mut Engine, task: TaskId, entry: &Held, nest: Lock) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain_taking(Verdict::NestLockNotHeld, task, entry);
    let (lock, nest) = (
        engine.class_label(entry.class()),
        engine.class_label(nest.class),
    );
    complaint.missing = Some(nest.clone());
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("nest", nest.clone())
        .about(lock)
        .about(nest)
        .complaint(complaint);
    engine.emit(draft);
}
