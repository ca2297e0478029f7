//! `add-without-reserve` (DF301): a fence is added to a reservation whose lock the task does not hold
//!
//! ## What it finds
//!
//! a fence is added to a reservation whose lock the task does not hold.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::Lock;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF301",
    name: "add-without-reserve",
    level: Level::Error,
    summary: "a fence is added to a reservation whose lock the task does not hold",
    template: "`{fence}` is added to `{resv}`, whose lock this task does not hold",
    source: include_str!("add_without_reserve.rs"),
};

/// `dma_resv_add_fence()` without the lock.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, resv: Lock, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let resv = engine.class_label(resv.class);
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .argument("resv", resv.clone())
        .about(name)
        .about(resv);
    engine.emit(draft);
}
