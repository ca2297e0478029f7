//! `unbalanced-unlock` (LD008): a lock is released that the task does not hold
//!
//! ## What it finds
//!
//! a lock is released that the task does not hold.

use crate::engine::{Engine, TaskId};
use crate::mode::Mode;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::Lock;
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
