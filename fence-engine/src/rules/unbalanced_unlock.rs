//! `unbalanced-unlock` (LD008): a lock is released that the task does not hold.
//!
//! ## What it finds
//! A release, or a downgrade, of a lock that is not on the held stack of the task that does it. Locks may
//! be released in any order, but each by the task that took it. From a lock taken in an interrupt the
//! search does not go on to the locks of the interrupted task.
//!
//! Level: error. Typical causes: an error path that unlocks what the inner function has unlocked, a lock
//! taken only on one branch, a mutex taken by one thread and unlocked by another. The second one also
//! leaves the first thread with `lock-held-at-exit`.
//!
//! It does not see a release of the wrong instance that happens to be held too.
//!
//! ## Why it deadlocks
//! 1. `fail` unlocks `vm` a second time while another task has just taken it.
//! 2. Now a third task takes `vm` as well. Two tasks are inside; what the lock protects breaks: lists,
//!    fence lists, counts.
//! 3. When the second owner unlocks, the lock word is wrong. The next waiter sleeps with nobody left to
//!    wake it.
//!
//! ## Example
//! ```fence
//! expect unbalanced-unlock
//! thread ioctl
//!   lock vm mutex
//!   unlock vm
//!   # the error path of the caller
//!   unlock vm
//! ```
//!
//! ## Use instead
//! One function takes the lock and the same function releases it, on one exit path (`goto unlock`), or let
//! a guard do it: `guard(mutex)(&vm->lock)`, `scoped_guard()`. If another thread has to go on, hand over
//! the object and not the lock; to wait for another thread use a `struct completion`, which has no owner.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   lock vm mutex
//!   unlock vm
//!   wait_event ready
//! thread done worker
//!   complete ready
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: no. Lost events, a recording that started too late, and a kernel whose lockdep is off look
//!   the same.
//! - The kernel's lockdep: yes, as "bad unlock balance detected!". For mutexes the owner check of
//!   `CONFIG_DEBUG_MUTEXES` reports it too.
//!
//! ## References
//! Section 2.3 (release checks) of `docs/spec/kernel-semantics.md`; `lock_release()`, `mutex_unlock()`;
//! `Documentation/locking/mutex-design.rst`; `tests/patterns/unbalanced-unlock/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::mode::Mode;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{Lock, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD008",
    name: "unbalanced-unlock",
    level: Level::Error,
    summary: "a lock is released that the task does not hold",
    template: "`{lock}` is released here, but this task does not hold it",
    source: include_str!("unbalanced_unlock.rs"),
};

/// Nothing on the held stack is `lock`.
pub(crate) fn report(engine: &mut Engine, task: TaskId, lock: Lock, site: Site) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain(Verdict::BadUnlock, Some(task), label);
    complaint.taking = Some(engine.view_of(lock.class, lock.instance.0, Mode::Exclusive, site));
    let name = engine.class_label(lock.class);
    let draft = Draft::new(&RULE, site, label)
        .argument("lock", name.clone())
        .about(name)
        .at_each_site()
        .complaint(complaint);
    engine.emit(draft);
}
