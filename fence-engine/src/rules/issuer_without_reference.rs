//! `issuer-without-reference` (DF206): an issuer signals a fence it holds no reference to any more
//!
//! ## What it finds
//!
//! an issuer signals a fence it holds no reference to any more.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF206",
    name: "issuer-without-reference",
    level: Level::Warning,
    summary: "an issuer signals a fence it holds no reference to any more",
    template: "`{fence}` is signalled here, but its issuer gave up its reference before",
    source: include_str!("issuer_without_reference.rs"),
};

/// The issuer dropped its handle at `first`.
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
                text: "gives up the issuer's reference".into(),
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
