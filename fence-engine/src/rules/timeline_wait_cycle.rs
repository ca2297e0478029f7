//! `timeline-wait-cycle` (DF115): fences wait for each other in a circle
//!
//! ## What it finds
//!
//! fences wait for each other in a circle.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF115",
    name: "timeline-wait-cycle",
    level: Level::Error,
    summary: "fences wait for each other in a circle",
    template: "fences wait for each other: {cycle}",
    source: include_str!("timeline_wait_cycle.rs"),
};

/// Signalling `fence` needed the fences of `path`, one after the other, and the last of them is `fence` again.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, path: &[(FenceId, Site)]) {
    let label = engine.task_label(task);
    let name = |fence: FenceId| String::from(&*engine.fences.get(fence).name);
    let mut names: Vec<String> = alloc::vec![name(fence)];
    names.extend(path.iter().map(|&(fence, _)| name(fence)));
    let site = path.first().map_or(Site::UNKNOWN, |&(_, site)| site);
    let mut draft = Draft::new(&RULE, site, label).argument("cycle", names.join(" -> "));
    for (at, &(next, site)) in path.iter().enumerate() {
        let owner = names[at].clone();
        let on = name(next);
        let text = alloc::format!("waits for `{on}` before it signals `{owner}`");
        let timeline = engine.fences.get(next).timeline;
        draft = draft.about(engine.class_label(timeline)).step(engine, at as u32 + 1, label, site, Action::Says { text });
    }
    engine.emit(draft);
}
