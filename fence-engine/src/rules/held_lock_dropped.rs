//! `held-lock-dropped` (LD009): the memory of a lock is freed, or the lock initialised anew, while it is held.
//!
//! ## What it finds
//! A task frees the object in which a lock lies, or initialises the lock again, while that task holds it.
//! Typical: the last reference is put, and the object freed, under the object's own lock; a reset that
//! re-initialises everything, including the lock it holds.
//!
//! Level: error. It looks at what the running task holds. A lock held by another task at that moment is not
//! seen; neither is a task that only waits for it. Fences that outlive the lock they were initialised with
//! are `lock-outlived-by-fence`.
//!
//! ## Why it deadlocks
//! 1. `put` holds `bo` and frees the object that contains it.
//! 2. Another task spins or sleeps for `bo`. Its wait queue was in the freed memory.
//! 3. The unlock writes into memory that belongs to somebody else. The waiter is never woken, or wakes up
//!    in an object that is no lock any more.
//!
//! Initialising has the same effect without the free: the list of waiters is emptied, the owner is gone.
//!
//! ## Example
//! ```fence
//! expect held-lock-dropped
//! expect lock-held-at-exit
//! thread put
//!   lock bo mutex
//!   # last reference: kfree(bo)
//!   free bo
//! ```
//!
//! ## Use instead
//! Unlock first, free afterwards, and make sure by reference count that nobody else can be on the way to
//! the lock: `kref_put()` after `mutex_unlock()`, or `kref_put_mutex()` with a lock outside the object.
//! Objects found under RCU are freed with `kfree_rcu()`. A reset keeps the lock and resets the rest.
//!
//! ```fence
//! expect clean
//! thread put
//!   lock bo mutex
//!   unlock bo
//!   free bo
//! ```
//!
//! ## Seen by
//! - Patterns: yes, from `free` and `init`. Scenarios: yes, from `free`.
//! - Recordings: no. A trace has no event for the end of a lock's memory.
//! - The kernel's lockdep: yes, as "held lock freed!", from `kfree()` and from `mutex_init()` and its kin.
//!
//! ## References
//! Section 2.3 (release checks) of `docs/spec/kernel-semantics.md`; `debug_check_no_locks_freed()`,
//! `kref_put()`; `tests/patterns/held-lock-dropped/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{Held, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD009",
    name: "held-lock-dropped",
    level: Level::Error,
    summary: "the memory of a lock is freed, or the lock initialised anew, while it is held",
    template: "the memory of `{lock}` goes away here while it is held",
    source: include_str!("held_lock_dropped.rs"),
};

/// `held` lies in memory that is freed at `site`.
pub(crate) fn report(engine: &mut Engine, task: TaskId, held: &Held, site: Site) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain(Verdict::HeldLockFreed, Some(task), label);
    complaint.taking = Some(engine.view(held));
    let lock = engine.class_label(held.class());
    let draft = Draft::new(&RULE, site, label)
        .argument("lock", lock.clone())
        .about(lock.clone())
        .step(
            engine,
            1,
            label,
            held.site,
            Action::Takes {
                lock,
                mode: held.mode(),
            },
        )
        .step(
            engine,
            1,
            label,
            site,
            Action::Says {
                text: "frees or initialises its memory".into(),
            },
        )
        .complaint(complaint);
    engine.emit(draft);
}
