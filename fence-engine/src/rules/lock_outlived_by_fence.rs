//! `lock-outlived-by-fence` (DF207): the lock of a fence is freed while the fence can still be used
//!
//! ## What it finds
//!
//! the lock of a fence is freed while the fence can still be used.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF207",
    name: "lock-outlived-by-fence",
    level: Level::Error,
    summary: "the lock of a fence is freed while the fence can still be used",
    template: "`{fence}` outlives its lock, which is freed",
    source: include_str!("lock_outlived_by_fence.rs"),
};

/// The lock was freed at `first`.
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
                text: "frees the lock".into(),
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
