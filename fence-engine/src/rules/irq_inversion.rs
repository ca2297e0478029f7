//! `irq-inversion` (LD004): a lock taken in an interrupt waits, through others, for one that is held with that interrupt enabled
//!
//! ## What it finds
//!
//! a lock taken in an interrupt waits, through others, for one that is held with that interrupt enabled.

use crate::engine::{Engine, TaskId};
use crate::finding::Action;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::search::{Direction, Stop, strong_path};
use crate::site::Site;
use crate::task::Held;
use crate::usage::{Usage, UsageBit};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD004",
    name: "irq-inversion",
    level: Level::Error,
    summary: "a lock taken in an interrupt waits, through others, for one that is held with that interrupt enabled",
    template: "the use of `{lock}` as {new} here inverts against `{other}`: an interrupt can wait for the task it interrupted",
    source: include_str!("irq_inversion.rs"),
};

/// A class on a strong path clashes with the usage just set.
pub(crate) fn report(
    engine: &mut Engine,
    task: TaskId,
    entry: &Held,
    bit: UsageBit,
    opposite: Usage,
) {
    let label = engine.task_label(task);
    let mode = entry.how.mode;
    let (direction, only_readers) = if bit.is_on() {
        (Direction::Backward, mode.is_read())
    } else {
        (Direction::Forward, mode.is_recursive())
    };
    let classes = &engine.classes;
    let strict = engine.is_strict();
    let clashes = |stop: Stop| {
        let usage = if stop.only_readers {
            classes[stop.class].usage.without_read()
        } else {
            classes[stop.class].usage
        };
        !usage.intersection(opposite).is_empty()
    };
    let enter = |class| !classes[class].hides_irq_paths(strict);
    let start = Stop {
        class: entry.class,
        only_readers,
    };
    let Some(mut path) = strong_path(&engine.graph, direction, start, false, enter, clashes) else {
        return;
    };
    let Some(end) = path.last().copied() else {
        return;
    };
    let clash = engine.classes[end.class]
        .usage
        .intersection(opposite)
        .iter()
        .next();
    if direction == Direction::Backward {
        path.reverse();
    }
    let mut complaint = engine.complain_taking(Verdict::IrqInversion, task, entry);
    complaint.chain = engine.links(&path);
    complaint.states = clash.map(|clash| (clash.report_name(), bit.report_name()));
    complaint.against = Some(engine.view_of(end.class, 0, mode, Site::UNKNOWN));
    let (lock, other) = (
        engine.class_label(entry.class),
        engine.class_label(end.class),
    );
    let other_site = clash.map_or(Site::UNKNOWN, |clash| {
        engine.classes[end.class].usage_sites[usize::from(clash.0)]
    });
    let text = alloc::format!(
        "`{other}` was used as {}",
        clash.map_or("", UsageBit::report_name)
    );
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("other", other.clone())
        .argument("new", bit.report_name())
        .about(lock.clone())
        .about(other)
        .step(engine, 1, label, entry.site, Action::Takes { lock, mode })
        .step(engine, 2, label, other_site, Action::Says { text })
        .complaint(complaint);
    engine.emit(draft);
}
