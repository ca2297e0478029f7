//! `publish-outside-section` (DF110): a fence becomes reachable outside any signalling section
//!
//! ## What it finds
//!
//! a fence becomes reachable outside any signalling section.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF110",
    name: "publish-outside-section",
    level: Level::Note,
    summary: "a fence becomes reachable outside any signalling section",
    template: "`{fence}` is published outside a signalling section",
    source: include_str!("publish_outside_section.rs"),
};

/// A publication with no section open.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
