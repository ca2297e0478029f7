//! `lock-depth` (LD014): a task holds more locks at once than the checker can follow
//!
//! ## What it finds
//!
//! a task holds more locks at once than the checker can follow.

use crate::class::ClassId;
use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::How;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD014",
    name: "lock-depth",
    level: Level::Warning,
    summary: "a task holds more locks at once than the checker can follow",
    template: "`{lock}` is the 49th lock held at once; nothing more is recorded for this task until some are released",
    source: include_str!("lock_depth.rs"),
};

/// The held stack is full. Said once a run.
pub(crate) fn report(engine: &mut Engine, task: TaskId, class: ClassId, how: How, site: Site) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain(Verdict::TooDeep, Some(task), label);
    complaint.taking = Some(engine.view_of(class, 0, how.mode, site));
    let lock = engine.class_label(class);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("lock", lock)
            .complaint(complaint),
    );
}
