//! `callback-misuse` (DF205): a fence callback signals its own fence
//!
//! ## What it finds
//!
//! a fence callback signals its own fence.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF205",
    name: "callback-misuse",
    level: Level::Error,
    summary: "a fence callback signals its own fence",
    template: "a callback of `{fence}` signals it again: its lock is held here",
    source: include_str!("callback_misuse.rs"),
};

/// `dma_fence_signal()` inside the fence's own callback.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
