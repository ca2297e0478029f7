//! `signalled-twice` (DF202): a fence is signalled a second time
//!
//! ## What it finds
//!
//! a fence is signalled a second time.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF202",
    name: "signalled-twice",
    level: Level::Error,
    summary: "a fence is signalled a second time",
    template: "`{fence}` is signalled here, and was signalled before",
    source: include_str!("signalled_twice.rs"),
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
