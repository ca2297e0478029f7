//! `nest-lock-not-held` (LD011): a lock is taken under a nest lock that the task does not hold
//!
//! ## What it finds
//!
//! a lock is taken under a nest lock that the task does not hold.

use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::task::{Held, Lock};
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
        engine.class_label(entry.class),
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
