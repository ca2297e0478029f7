//! `wait-in-own-section` (DF102): a thread waits for what it must itself make happen later.
//!
//! ## What it finds
//! A thread waits for a fence and later signals that fence itself, inside a signalling section or outside
//! of any. Or it waits for an event whose every completion comes later on the same thread.
//!
//! Level: error. The finding stands at the wait. It is made when the signal comes, or at the end of the run
//! for events. If another thread signals the fence first, there is no finding: the run decides who signals.
//! A wait for another thread's fence in a section is `wait-in-section`.
//!
//! ## Why it deadlocks
//! 1. `retire` is about to signal `job` and calls a helper that makes sure `job` is done.
//! 2. The helper waits. The signal is the next line of the same thread and is never reached.
//! 3. Everybody else who waits for `job` hangs too: a shrinker, an MMU notifier, the owner of a
//!    reservation.
//!
//! No lock and no second thread are needed, so nothing about it is rare: it hangs each time.
//!
//! ## Example
//! ```fence
//! expect wait-in-own-section
//! thread retire worker
//!   begin_signalling
//!   wait job
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Signal, then wait: a wait for a signalled fence returns at once. In a helper that may be called from the
//! signalling path, ask with `dma_fence_is_signaled()` and do not wait. If the wait was meant for an
//! earlier job, keep that job's fence apart and wait for it before publishing the new one. For events, let
//! the thread that does the work call `complete()`, and only the other one `wait_for_completion()`.
//!
//! ```fence
//! expect clean
//! thread retire worker
//!   begin_signalling
//!   signal job
//!   end_signalling
//!   wait job
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no, their waits name no fence; see `wait-in-section`.
//! - Recordings: yes, from the wait and signal events of one thread. In a recording such a wait has ended,
//!   by timeout or by a signal to the task.
//! - The kernel's lockdep: no. It drops the section over a wait, so a wait in one's own section leaves
//!   nothing to report, and outside a section it sees no dependency at all.
//!
//! ## References
//! F-WAIT-2, R-09, S-07, G-03 of `docs/spec/kernel-semantics.md`; `__dma_fence_might_wait()`,
//! `dma_fence_wait()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/wait-in-own-section/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event_uses::EventWait;
use crate::rule::{Level, Rule};
use crate::signalling::PendingWait;
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
pub(crate) fn report_event(engine: &mut Engine, wait: &EventWait) {
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
