//! `wait-in-section` (DF103): a signalling section waits for a fence that was not published before it opened.
//!
//! ## What it finds
//! `dma_fence_wait()` inside an open signalling section, for a fence that was published after the outermost
//! section opened, or never in this run. A fence published before the section is an earlier dependency and
//! is fine. So is a wait outside any section.
//!
//! Level: warning. If the thread goes on to signal the fence itself, it is `wait-in-own-section`. If the
//! waits of several fences close a circle, that is `timeline-wait-cycle`. Waits hidden in a dma-buf call
//! are not counted.
//!
//! ## Why it deadlocks
//! A section says: my fence signals in bounded time and depends on nothing that came after it.
//!
//! 1. `sched` is in the section of `job` and waits for `other`.
//! 2. `other` was not there when the section opened. Its driver may accept `job` as an input dependency of
//!    `other`, as it is allowed to: `job` was published first.
//! 3. `job` waits for `other`, and `other` for `job`. Each driver is correct alone.
//!
//! ## Example
//! ```fence
//! expect wait-in-section
//! thread sched kthread
//!   begin_signalling
//!   wait other
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Collect dependencies before publication. Give them to the scheduler (`drm_sched_job_add_dependency()`),
//! or wait before `dma_resv_add_fence()` makes the new fence visible. In the section, react instead of
//! waiting: `dma_fence_add_callback()`, and signal from there.
//!
//! ```fence
//! expect clean
//! thread sched kthread
//!   wait other
//!   begin_signalling
//!   publish job
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: yes, for every `fw` in a section, as no fence is named.
//! - Recordings: yes, where the section was recorded. Sections in atomic context leave no event, nor does
//!   any section after the kernel's own first report.
//! - The kernel's lockdep: no. It releases the section's map over the wait. It reports only if a lock taken
//!   in the section is held over it.
//!
//! ## References
//! R-09, S-07, G-03, G-12 of `docs/spec/kernel-semantics.md`; `dma_fence_wait()`,
//! `drm_sched_job_add_dependency()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/wait-in-section/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::signalling::PendingWait;
use crate::site::Site;
use crate::site::SourceId;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF103",
    name: "wait-in-section",
    level: Level::Warning,
    summary: "a signalling section waits for a fence that was not published before it opened",
    template: "a signalling section waits for {what} here",
    source: include_str!("wait_in_section.rs"),
};

/// A wait in a section, for a fence if it is known which.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: Option<FenceId>, site: Site) {
    let label = engine.task_label(task);
    emit(engine, fence, label, site);
}

/// A wait whose fence turned out to be another thread's, published after the section opened or never.
pub(crate) fn report_pending(engine: &mut Engine, wait: &PendingWait) {
    emit(engine, Some(wait.fence), wait.label, wait.site);
}

fn emit(engine: &mut Engine, fence: Option<FenceId>, label: SourceId, site: Site) {
    let what = match fence {
        Some(fence) => alloc::format!("`{}`", engine.fences.get(fence).name),
        None => "some fence".into(),
    };
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("what", what.clone())
            .about(what),
    );
}
