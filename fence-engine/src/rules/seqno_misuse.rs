//! `seqno-misuse` (DF204): fences of one timeline signal out of the order of their sequence numbers
//!
//! ## What it finds
//!
//! fences of one timeline signal out of the order of their sequence numbers.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use alloc::string::ToString;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF204",
    name: "seqno-misuse",
    level: Level::Warning,
    summary: "fences of one timeline signal out of the order of their sequence numbers",
    template: "`{fence}` (seqno {seqno}) signals after seqno {latest} of its timeline",
    source: include_str!("seqno_misuse.rs"),
};

/// A later or equal seqno of the timeline signalled at `before`.
pub(crate) fn report(
    engine: &mut Engine,
    task: TaskId,
    fence: FenceId,
    latest: u32,
    before: Site,
    site: Site,
) {
    let label = engine.task_label(task);
    let about = engine.fences.get(fence);
    let (name, seqno) = (about.name.clone(), about.seqno.unwrap_or_default());
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .argument("seqno", seqno.to_string())
        .argument("latest", latest.to_string())
        .about(name)
        .step(
            engine,
            1,
            label,
            before,
            Action::Says {
                text: alloc::format!("signals seqno {latest}"),
            },
        )
        .step(
            engine,
            1,
            label,
            site,
            Action::Says {
                text: alloc::format!("signals seqno {seqno}"),
            },
        );
    engine.emit(draft);
}
