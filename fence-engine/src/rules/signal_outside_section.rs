//! `signal-outside-section` (DF111): a fence is signalled outside any signalling section
//!
//! ## What it finds
//!
//! a fence is signalled outside any signalling section.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF111",
    name: "signal-outside-section",
    level: Level::Note,
    summary: "a fence is signalled outside any signalling section",
    template: "`{fence}` is signalled outside a signalling section",
    source: include_str!("signal_outside_section.rs"),
};

/// A signal with no section open; of a fence published elsewhere it is a hand-off nobody annotated.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let about = engine.fences.get(fence);
    if about
        .published
        .is_some_and(|published| published.task != task)
    {
        return super::unannotated_handoff::report(engine, task, fence, site);
    }
    let label = engine.task_label(task);
    let name = about.name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
