//! `flush-in-signalling` (DF108): signalling code flushes or cancels work and waits for it
//!
//! ## What it finds
//!
//! signalling code flushes or cancels work and waits for it.

use crate::class::ClassId;
use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF108",
    name: "flush-in-signalling",
    level: Level::Error,
    summary: "signalling code flushes or cancels work and waits for it",
    template: "a signalling section waits here for `{work}` to finish",
    source: include_str!("flush_in_signalling.rs"),
};

/// A flush or cancel_sync in a section.
pub(crate) fn report(engine: &mut Engine, task: TaskId, what: ClassId, site: Site) {
    let label = engine.task_label(task);
    let work = engine.class_label(what);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("work", work.clone())
            .about(work)
            .at_each_site(),
    );
}
