//! `recursive-lock` (LD001): a task takes a lock it already holds
//!
//! ## What it finds
//!
//! a task takes a lock it already holds.

use crate::config::Evidence;
use crate::engine::{Engine, TaskId};
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::task::Held;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD001",
    name: "recursive-lock",
    level: Level::Error,
    summary: "a task takes a lock it already holds",
    template: "`{lock}` is taken while this task already holds it",
    source: include_str!("recursive_lock.rs"),
};

/// The class is held already; whether it is the same instance is not known or does not matter.
pub(crate) fn report_class(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held) {
    // Reservations nest in acquire contexts only, and those are visible wherever the locks are.
    let resv = engine.contract().is_some_and(|contract| contract.resv == entry.class);
    // A recording does not show whether a reader is recursive.
    let readers = held.how.mode.is_read() && entry.how.mode.is_read();
    let guessed = readers && engine.config().evidence == Evidence::WholeThread;
    let sure = (held.instance == entry.instance || resv) && !guessed;
    let level = if sure { Level::Error } else { engine.config().class_nesting };
    report(engine, task, entry, held, level);
}

/// The very instance is held already.
pub(crate) fn report_instance(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held) {
    report(engine, task, entry, held, Level::Error);
}

fn report(engine: &mut Engine, task: TaskId, entry: &Held, held: &Held, level: Level) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain_taking(Verdict::Recursive, task, entry);
    complaint.against = Some(engine.view(held));
    let lock = engine.class_label(entry.class);
    let mut draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .about(lock.clone())
        .level(level)
        .step(
            engine,
            1,
            label,
            held.site,
            Action::Takes {
                lock: lock.clone(),
                mode: held.how.mode,
            },
        )
        .step(
            engine,
            1,
            label,
            entry.site,
            Action::Blocks {
                on: lock,
                mode: entry.how.mode,
            },
        )
        .complaint(complaint);
    if held.instance != entry.instance {
        draft = draft.note("these are two instances of one class: give the inner one a subclass, or take both in an acquire context");
    }
    engine.emit(draft);
}
