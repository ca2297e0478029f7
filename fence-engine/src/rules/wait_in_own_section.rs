//! `wait-in-own-section` (DF102): a thread waits for what it must itself make happen later
//!
//! ## What it finds
//!
//! a thread waits for what it must itself make happen later.

use crate::engine::Engine;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::signalling::{EventUse, PendingWait};
use crate::site::{Site, SourceId};
use alloc::string::String;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF102",
    name: "wait-in-own-section",
    level: Level::Error,
    summary: "a thread waits for what it must itself make happen later",
    template: "this waits for `{what}`, which only this thread brings about, later on",
    source: include_str!("wait_in_own_section.rs"),
};

/// The waiter went on to signal the fence itself.
pub(crate) fn report_fence(engine: &mut Engine, wait: &PendingWait) {
    let what = engine.fences.get(wait.fence).name.clone();
    report(engine, what.into(), wait.label, wait.site);
}

/// Every completion of the event comes later on the waiter's own thread.
pub(crate) fn report_event(engine: &mut Engine, wait: &EventUse) {
    let what = engine.class_label(wait.node);
    report(engine, what, wait.label, wait.site);
}

fn report(engine: &mut Engine, what: String, label: SourceId, site: Site) {
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("what", what.clone())
            .about(what),
    );
}
