//! `unbounded-fence` (DF209): a fence is published that nothing bounds in time
//!
//! ## What it finds
//!
//! a fence is published that nothing bounds in time.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF209",
    name: "unbounded-fence",
    level: Level::Warning,
    summary: "a fence is published that nothing bounds in time",
    template: "`{fence}` is published, but nothing bounds the time until it signals",
    source: include_str!("unbounded_fence.rs"),
};

/// A fence declared unbounded becomes reachable.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
