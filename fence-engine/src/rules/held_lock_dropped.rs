//! `held-lock-dropped` (LD009): the memory of a lock is freed, or the lock initialised anew, while it is held
//!
//! ## What it finds
//!
//! the memory of a lock is freed, or the lock initialised anew, while it is held.

use crate::engine::{Engine, TaskId};
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::Held;
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
    let lock = engine.class_label(held.class);
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
                mode: held.how.mode,
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
