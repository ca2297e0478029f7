//! `wait-for-user` (DF117): a wait that only user space can end is made under a lock, in a section, or before an own signal
//!
//! ## What it finds
//!
//! a wait that only user space can end is made under a lock, in a section, or before an own signal.

use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF117",
    name: "wait-for-user",
    level: Level::Error,
    summary: "a wait that only user space can end is made under a lock, in a section, or before an own signal",
    template: "this waits for user space, {why}",
    source: include_str!("wait_for_user.rs"),
};

/// The wait has something of ours waiting behind it.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let label = engine.task_label(task);
    let state = &engine.tasks[task.index()];
    let why = if state.signalling.in_section() {
        "in a signalling section"
    } else if state.task.depth() > 0 {
        "with a lock held"
    } else {
        "between publishing a fence and signalling it"
    };
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("why", why)
            .about(why)
            .at_each_site(),
    );
}
