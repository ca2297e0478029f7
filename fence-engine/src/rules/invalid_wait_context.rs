//! `invalid-wait-context` (LD006): a lock that may sleep is taken where nothing may, such as under a spinlock or in an interrupt
//!
//! ## What it finds
//!
//! a lock that may sleep is taken where nothing may, such as under a spinlock or in an interrupt.

use crate::class::WaitType;
use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::task::Held;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD006",
    name: "invalid-wait-context",
    level: Level::Error,
    summary: "a lock that may sleep is taken where nothing may, such as under a spinlock or in an interrupt",
    template: "`{lock}` may sleep, and this context allows no more than {limit}",
    source: include_str!("invalid_wait_context.rs"),
};

/// The outer wait type of `entry` exceeds the limit of its context.
pub(crate) fn report(engine: &mut Engine, task: TaskId, entry: &Held, limit: WaitType) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain_taking(Verdict::InvalidWaitContext, task, entry);
    complaint.limit = Some(limit);
    let lock = engine.class_label(entry.class);
    let limit = match limit {
        WaitType::Spin => "spinning on a raw spinlock",
        WaitType::Config => "spinning on a spinlock",
        _ => "not waiting at all",
    };
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("limit", limit)
        .about(lock)
        .at_each_site()
        .complaint(complaint);
    engine.emit(draft);
}
