//! `section-not-closed` (DF114): a signalling section is left open, closed out of order, or closed without having been opened
//!
//! ## What it finds
//!
//! a signalling section is left open, closed out of order, or closed without having been opened.

use crate::engine::{Engine, TaskId};
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF114",
    name: "section-not-closed",
    level: Level::Error,
    summary: "a signalling section is left open, closed out of order, or closed without having been opened",
    template: "{what}",
    source: include_str!("section_not_closed.rs"),
};

/// The task leaves with a section open.
pub(crate) fn report_open(engine: &mut Engine, task: TaskId, opened: Site, site: Site) {
    emit(
        engine,
        task,
        "this signalling section is never closed on its thread",
        opened,
        site,
    );
}

/// A named section ends that is not the newest.
pub(crate) fn report_order(engine: &mut Engine, task: TaskId, opened: Site, site: Site) {
    emit(
        engine,
        task,
        "sections close in the reverse order of their opening; a later one is still open here",
        site,
        opened,
    );
}

/// A section ends where none is open.
pub(crate) fn report_unopened(engine: &mut Engine, task: TaskId, site: Site) {
    emit(
        engine,
        task,
        "no signalling section is open on this thread",
        site,
        site,
    );
}

fn emit(engine: &mut Engine, task: TaskId, what: &str, site: Site, other: Site) {
    let label = engine.task_label(task);
    let mut draft = Draft::new(&RULE, site, label)
        .argument("what", what)
        .about(what)
        .at_each_site();
    if other != site {
        draft = draft.step(engine, 1, label, site, Action::OpensSection);
        draft = draft.step(
            engine,
            1,
            label,
            other,
            Action::Says {
                text: "leaves with the section open".into(),
            },
        );
    }
    engine.emit(draft);
}
