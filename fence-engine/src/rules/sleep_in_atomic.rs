//! `sleep-in-atomic` (LD007): something that may sleep is called in atomic context
//!
//! ## What it finds
//!
//! something that may sleep is called in atomic context.

use crate::engine::{Engine, TaskId};
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD007",
    name: "sleep-in-atomic",
    level: Level::Error,
    summary: "something that may sleep is called in atomic context",
    template: "this may sleep, but {why}",
    source: include_str!("sleep_in_atomic.rs"),
};

/// `might_sleep()` in atomic context or with interrupts off.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let state = &engine.tasks[task.index()];
    if let Some(callback) = state.signalling.callbacks.last().copied() {
        return super::sleep_in_callback::report(engine, task, callback.fence, site);
    }
    let context = state.task.context();
    let why = if context.in_hardirq() {
        "runs in a hardirq"
    } else if context.in_softirq() {
        "runs in a softirq"
    } else if !context.irqs_on() {
        "interrupts are off"
    } else {
        "preemption is off: a spinlock is held, or bottom halves are disabled"
    };
    let label = engine.task_label(task);
    let complaint = engine.complain(Verdict::SleepInAtomic, Some(task), label);
    let draft = Draft::new(&RULE, site, label)
        .argument("why", why)
        .about(why)
        .at_each_site()
        .complaint(complaint);
    engine.emit(draft);
}
