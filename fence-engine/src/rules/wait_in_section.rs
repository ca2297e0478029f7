//! `wait-in-section` (DF103): a signalling section waits for a fence that was not published before it opened
//!
//! ## What it finds
//!
//! a signalling section waits for a fence that was not published before it opened.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::signalling::PendingWait;
use crate::site::Site;
use crate::site::SourceId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF103",
    name: "wait-in-section",
    level: Level::Warning,
    summary: "a signalling section waits for a fence that was not published before it opened",
    template: "a signalling section waits for {what} here",
    source: include_str!("wait_in_section.rs"),
};

/// A wait in a section, for a fence if it is known which.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: Option<FenceId>, site: Site) {
    let label = engine.task_label(task);
    emit(engine, fence, label, site);
}

/// A wait whose fence turned out to be another thread's, published after the section opened or never.
pub(crate) fn report_pending(engine: &mut Engine, wait: &PendingWait) {
    emit(engine, Some(wait.fence), wait.label, wait.site);
}

fn emit(engine: &mut Engine, fence: Option<FenceId>, label: SourceId, site: Site) {
    let what = match fence {
        Some(fence) => alloc::format!("`{}`", engine.fences.get(fence).name),
        None => "some fence".into(),
    };
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("what", what.clone())
            .about(what),
    );
}
