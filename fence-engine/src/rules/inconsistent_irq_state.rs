//! `inconsistent-irq-state` (LD003): a lock is taken in an interrupt and elsewhere with that interrupt enabled
//!
//! ## What it finds
//!
//! a lock is taken in an interrupt and elsewhere with that interrupt enabled.

use crate::engine::{Engine, TaskId};
use crate::finding::{Action, Place};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::task::Held;
use crate::usage::{Usage, UsageBit};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD003",
    name: "inconsistent-irq-state",
    level: Level::Error,
    summary: "a lock is taken in an interrupt and elsewhere with that interrupt enabled",
    template: "`{lock}` is used as {new} here, and was used as {old} before: an interrupt can hit its own holder",
    source: include_str!("inconsistent_irq_state.rs"),
};

/// The class has had the opposite usage `own` before `bit` was set.
pub(crate) fn report(engine: &mut Engine, task: TaskId, entry: &Held, bit: UsageBit, own: Usage) {
    let label = engine.task_label(task);
    let Some(old) = own.iter().next() else { return };
    let class = &engine.classes[entry.class];
    let site = class.usage_sites[usize::from(old.0)];
    let lock = class.label();
    let mut complaint = engine.complain_taking(Verdict::Inconsistent, task, entry);
    complaint.states = Some((old.report_name(), bit.report_name()));
    complaint.registered = Some(Place::new(&engine.sources, site));
    let interrupt = if bit.is_soft() { "softirq" } else { "hardirq" };
    let (inside, outside) = if bit.is_on() {
        (site, entry.site)
    } else {
        (entry.site, site)
    };
    let hit =
        alloc::format!("a {interrupt} arrives here and takes `{lock}`, which its own task holds");
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("new", bit.report_name())
        .argument("old", old.report_name())
        .about(lock.clone())
        .step(
            engine,
            1,
            label,
            outside,
            Action::Takes {
                lock,
                mode: entry.how.mode,
            },
        )
        .step(engine, 1, label, inside, Action::Says { text: hit })
        .complaint(complaint);
    engine.emit(draft);
}
