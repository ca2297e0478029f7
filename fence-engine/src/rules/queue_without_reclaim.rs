//! `queue-without-reclaim` (DF113): a queue without a rescuer runs work that reclaim may wait for
//!
//! ## What it finds
//!
//! a queue without a rescuer runs work that reclaim may wait for.

use crate::class::ClassId;
use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF113",
    name: "queue-without-reclaim",
    level: Level::Warning,
    summary: "a queue without a rescuer runs work that reclaim may wait for",
    template: "`{work}` is needed by a signal or by reclaim, but its queue `{queue}` has no rescuer (WQ_MEM_RECLAIM)",
    source: include_str!("queue_without_reclaim.rs"),
};

/// The queue was declared, and not as one that makes progress under memory pressure.
pub(crate) fn report(engine: &mut Engine, task: TaskId, work: ClassId, queue: ClassId, site: Site) {
    let label = engine.task_label(task);
    let (work, queue) = (engine.class_label(work), engine.class_label(queue));
    let draft = Draft::new(&RULE, site, label)
        .argument("work", work.clone())
        .argument("queue", queue.clone())
        .about(work)
        .about(queue);
    engine.emit(draft);
}
