//! `unannotated-handoff` (DF112): a fence published by one thread is signalled by another outside any signalling section
//!
//! ## What it finds
//!
//! a fence published by one thread is signalled by another outside any signalling section.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF112",
    name: "unannotated-handoff",
    level: Level::Note,
    summary: "a fence published by one thread is signalled by another outside any signalling section",
    template: "`{fence}` was handed over to this thread, which signals it outside a signalling section",
    source: include_str!("unannotated_handoff.rs"),
};

/// The publisher is another task, and no section is open.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
