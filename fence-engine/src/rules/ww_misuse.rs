//! `ww-misuse` (LD012): a ww acquire context is used against its rules
//!
//! ## What it finds
//!
//! a ww acquire context is used against its rules.

use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use alloc::string::String;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD012",
    name: "ww-misuse",
    level: Level::Error,
    summary: "a ww acquire context is used against its rules",
    template: "{what}",
    source: include_str!("ww_misuse.rs"),
};

/// `what` says which rule of the acquire context was broken.
pub(crate) fn report(engine: &mut Engine, task: TaskId, what: String, site: Site) {
    let label = engine.task_label(task);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("what", what.clone())
            .about(what)
            .at_each_site(),
    );
}
