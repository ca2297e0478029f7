//! `timeline-wait-cycle` (DF115): fences wait for each other in a circle.
//!
//! ## What it finds
//! A circle of waits in which nothing stands but fences: the signal of timeline A needs a fence of timeline
//! B, and the signal of B, directly or over others, one of A. A fence needs another if its signalling
//! section waits for it, or if the thread that published it waits for it before signalling it.
//!
//! Fences of one context count as one: a wait for a later fence of a timeline needs the earlier ones too.
//! Level: error; note if one exclusive lock is held around all of it each time. A circle that also leads
//! through a lock or a work item is `wait-under-signalling-lock`. Dependencies kept in hardware are not
//! seen.
//!
//! ## Why it deadlocks
//! 1. `gpu` has published `a` and waits for `b`.
//! 2. `nic` has published `b` and waits for `a`.
//! 3. Neither is ever signalled. There is no lock anywhere, and each driver is correct alone.
//!
//! ## Example
//! ```fence
//! expect timeline-wait-cycle
//! thread gpu kthread
//!   publish a
//!   wait b
//!   signal a
//! thread nic kthread
//!   publish b
//!   wait a
//!   signal b
//! ```
//!
//! ## Use instead
//! A fence may only depend on fences published before it. So take the input dependencies first
//! (`dma_resv_get_fences()`, `drm_sched_job_add_dependency()`), publish afterwards, and from then on wait
//! for nothing new. A proxy fence for work that is not submitted yet breaks that rule by construction.
//!
//! ```fence
//! expect clean
//! thread gpu kthread
//!   publish a
//!   wait b
//!   signal a
//! thread nic kthread
//!   publish b
//!   signal b
//!   wait a
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no, their waits name no fence.
//! - Recordings: yes, from init, wait and signal events. There each fence is judged by itself, as timelines
//!   that take turns over a long run are no circle.
//! - The kernel's lockdep: no. All fences are one class there, and a wait for another fence inside a
//!   section is taken out of the section.
//!
//! ## References
//! R-09, I-01, I-02, G-12 and section 1.15 of `docs/spec/kernel-semantics.md`; `dma_fence_context_alloc()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/timeline-wait-cycle/`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::{Site, SourceId};
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF115",
    name: "timeline-wait-cycle",
    level: Level::Error,
    summary: "fences wait for each other in a circle",
    template: "fences wait for each other: {cycle}",
    source: include_str!("timeline_wait_cycle.rs"),
};

/// Signalling `fence` needed the fences of `path`, one after the other, and the last of them is `fence` again.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, path: &[(FenceId, Site)]) {
    let label = engine.task_label(task);
    let name = |fence: FenceId| String::from(&*engine.fences.get(fence).name);
    let mut names: Vec<String> = alloc::vec![name(fence)];
    names.extend(path.iter().map(|&(fence, _)| name(fence)));
    let site = path.first().map_or(Site::UNKNOWN, |&(_, site)| site);
    let mut draft = Draft::new(&RULE, site, label).argument("cycle", names.join(" -> "));
    for (at, &(next, site)) in path.iter().enumerate() {
        let owner = names[at].clone();
        let on = name(next);
        let text = alloc::format!("waits for `{on}` before it signals `{owner}`");
        let timeline = engine.fences.get(next).timeline;
        let says = Action::Says { text };
        draft = draft.about(engine.class_label(timeline)).step_then(
            engine,
            at as u32 + 1,
            (site, SourceId::default()),
            says,
        );
    }
    engine.emit(draft);
}
