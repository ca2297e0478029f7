//! `downgrade-misuse` (LD013): a lock that is held for reading is downgraded
//!
//! ## What it finds
//!
//! a lock that is held for reading is downgraded.

use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::Held;
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
    let lock = engine.class_label(held.class);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("lock", lock.clone())
            .about(lock)
            .complaint(complaint),
    );
}
