//! `error-after-signal` (DF203): an error is set on a fence that is signalled already
//!
//! ## What it finds
//!
//! an error is set on a fence that is signalled already.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF203",
    name: "error-after-signal",
    level: Level::Warning,
    summary: "an error is set on a fence that is signalled already",
    template: "an error is set on `{fence}` here, after it was signalled",
    source: include_str!("error_after_signal.rs"),
};

/// The fence was signalled at `first`.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, first: Site, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .about(name)
        .step(
            engine,
            1,
            label,
            first,
            Action::Says {
                text: "signals the fence".into(),
            },
        )
        .step(
            engine,
            1,
            label,
            site,
            Action::Says {
                text: "comes too late".into(),
            },
        );
    engine.emit(draft);
}
