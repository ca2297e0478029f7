//! `lock-held-at-exit` (LD010): a task ends, or an entry point returns, with a lock held
//!
//! ## What it finds
//!
//! a task ends, or an entry point returns, with a lock held.

use crate::class::ClassKind;
use crate::engine::{Engine, TaskId};
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::verdict::Verdict;
use alloc::string::String;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD010",
    name: "lock-held-at-exit",
    level: Level::Warning,
    summary: "a task ends, or an entry point returns, with a lock held",
    template: "{locks} still held when this task leaves",
    source: include_str!("lock_held_at_exit.rs"),
};

/// The held stack is not empty.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let label = engine.task_label(task);
    let complaint = engine.complain(Verdict::LocksHeldAtEnd, Some(task), label);
    let strict = engine.is_strict();
    let state = &engine.tasks[task.index()].task;
    let shown = |class| !strict || engine.classes[class].kind != ClassKind::FenceContract;
    let held: alloc::vec::Vec<_> = state
        .held()
        .iter()
        .filter(|held| shown(held.class))
        .copied()
        .collect();
    let names: alloc::vec::Vec<String> = held
        .iter()
        .map(|held| alloc::format!("`{}`", engine.class_label(held.class)))
        .collect();
    let verb = if names.len() == 1 { " is" } else { " are" };
    let mut draft = Draft::new(&RULE, held.first().map_or(site, |held| held.site), label)
        .argument("locks", names.join(", ") + verb)
        .complaint(complaint);
    for held in held {
        let lock = engine.class_label(held.class);
        draft = draft.about(lock.clone()).step(
            engine,
            1,
            label,
            held.site,
            Action::Takes {
                lock,
                mode: held.how.mode,
            },
        );
    }
    engine.emit(draft.step(
        engine,
        1,
        label,
        site,
        Action::Says {
            text: "leaves".into(),
        },
    ));
}
