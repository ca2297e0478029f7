//! `sleep-in-callback` (DF116): a fence callback calls something that may sleep
//!
//! ## What it finds
//!
//! a fence callback calls something that may sleep.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF116",
    name: "sleep-in-callback",
    level: Level::Error,
    summary: "a fence callback calls something that may sleep",
    template: "this may sleep, but runs in a callback of `{fence}`, under its lock with interrupts off",
    source: include_str!("sleep_in_callback.rs"),
};

/// `might_sleep()` inside a callback.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let complaint = engine.complain(Verdict::SleepInAtomic, Some(task), label);
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .about(name)
        .at_each_site()
        .complaint(complaint);
    engine.emit(draft);
}
