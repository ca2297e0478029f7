//! `downgrade-misuse` (LD013): a lock that is held for reading is downgraded.
//!
//! ## What it finds
//! `downgrade_write()`, or `downgrade` in a pattern, on a lock that the task holds for reading. Downgrading
//! what is not held at all is `unbalanced-unlock`. A correct downgrade leaves the lock held for reading, as
//! a non-recursive reader; nothing is released in between.
//!
//! Level: error. It does not see a downgrade that comes too early, that is while the task still relies on
//! being alone.
//!
//! ## Why it deadlocks
//! `downgrade_write()` subtracts the writer from the count of the rwsem and adds a reader. On a semaphore
//! that has no writer:
//!
//! 1. The count gets a value that no combination of holders has.
//! 2. The next writer waits for readers that do not exist, or gets in beside a real one.
//! 3. Readers queue behind that writer. Nobody is left to wake them.
//!
//! And the code that downgrades believed that it had been alone until now. What it wrote was not protected.
//!
//! ## Example
//! ```fence
//! expect downgrade-misuse
//! thread reset
//!   lock reset_sem rwsem-read
//!   downgrade reset_sem
//!   unlock reset_sem
//! ```
//!
//! ## Use instead
//! `down_write()`, change, `downgrade_write()`, go on reading, `up_read()`. A reader that finds it has to
//! write must release, take the write side, and look again: there is no upgrade.
//!
//! ```fence
//! expect clean
//! thread reset
//!   lock reset_sem rwsem-write
//!   downgrade reset_sem
//!   unlock reset_sem
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: no. `lock_downgrade()` has no trace event.
//! - The kernel's lockdep: yes, as a warning "downgrading a read lock". It is one of the few complaints
//!   after which lockdep stays on.
//!
//! ## References
//! Section 2.3 of `docs/spec/kernel-semantics.md`; `downgrade_write()`, `lock_downgrade()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/downgrade-misuse/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{Held, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD013",
    name: "downgrade-misuse",
    level: Level::Error,
    summary: "a lock that is held for reading is downgraded",
    template: "`{lock}` is downgraded here, but it is held for reading already",
    source: include_str!("downgrade_misuse.rs"),
};

/// `held` is no write lock.
pub(crate) fn report(engine: &mut Engine, task: TaskId, held: &Held, site: Site) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain(Verdict::DowngradeRead, Some(task), label);
    complaint.taking = Some(engine.view(held));
    let lock = engine.class_label(held.class());
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("lock", lock.clone())
            .about(lock)
            .complaint(complaint),
    );
}
