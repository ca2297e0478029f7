//! `never-signalled` (DF201): a fence is published and nobody ever signals it
//!
//! ## What it finds
//!
//! a fence is published and nobody ever signals it.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF201",
    name: "never-signalled",
    level: Level::Error,
    summary: "a fence is published and nobody ever signals it",
    template: "`{fence}` is published here and never signalled",
    source: include_str!("never_signalled.rs"),
};

/// The run ended with the fence pending.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
