//! `section-not-closed` (DF114): a signalling section is left open, closed out of order, or closed without having been opened.
//!
//! ## What it finds
//! - A thread ends, or its entry point returns, with a signalling section open.
//! - A named section is closed while one opened later is still open.
//! - `dma_fence_end_signalling()` on a thread with no open section, as when the cookie travelled to another
//!   thread.
//!
//! Level: error. Sections without names are told apart by their number only, so two unnamed ones closed in
//! the wrong order pass. A section that is too short is no matter of this rule.
//!
//! ## Why it deadlocks
//! An open section is a lock that is never released, in the eyes of every checker.
//!
//! 1. An error path returns without `dma_fence_end_signalling()`.
//! 2. The next thing that thread does, an ordinary ioctl with its allocations and reservation locks, counts
//!    as signalling code. Reports appear that have no cause.
//! 3. Or, worse, none appear: `begin` in an open section answers "nested" and records nothing. The sections
//!    after it are blind, and the deadlock in one of them is found by a user.
//!
//! A section that is closed on another thread leaves the first thread's open and checks nothing on the
//! second.
//!
//! ## Example
//! ```fence
//! expect section-not-closed
//! thread sched kthread
//!   begin_signalling
//!   signal job error=EIO
//!   # if (err) return err;
//!   return
//! ```
//!
//! ## Use instead
//! One exit path that calls `dma_fence_end_signalling(cookie)`, or a guard that does it on every path. Keep
//! the cookie in a local variable, never in the job. Close in the reverse order of opening. Where the job
//! goes on on another thread, end here and begin there.
//!
//! ```fence
//! expect clean
//! thread sched kthread
//!   begin_signalling outer
//!   begin_signalling inner
//!   signal job
//!   end_signalling inner
//!   end_signalling outer
//! ```
//!
//! ## Seen by
//! - Patterns: yes, in the default profile. Scenarios: sections left open or never opened.
//! - Recordings: no. A trace that lost events, or goes on after the kernel's own first report, is full of
//!   sections that never end.
//! - The kernel's lockdep: a section left open shows as a lock held on return to user space or at exit, and
//!   a surplus end as a bad unlock balance. Wrong order goes unnoticed.
//!
//! ## References
//! S-02, S-04, RR-10 and section 2.1 of `docs/spec/kernel-semantics.md`; `dma_fence_begin_signalling()`,
//! `dma_fence_end_signalling()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/section-not-closed/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF114",
    name: "section-not-closed",
    level: Level::Error,
    summary: "a signalling section is left open, closed out of order, or closed without having been opened",
    template: "{what}",
    source: include_str!("section_not_closed.rs"),
};

/// The task leaves with a section open.
pub(crate) fn report_open(engine: &mut Engine, task: TaskId, opened: Site, site: Site) {
    emit(
        engine,
        task,
        "this signalling section is never closed on its thread",
        opened,
        site,
    );
}

/// A named section ends that is not the newest.
pub(crate) fn report_order(engine: &mut Engine, task: TaskId, opened: Site, site: Site) {
    emit(
        engine,
        task,
        "sections close in the reverse order of their opening; a later one is still open here",
        site,
        opened,
    );
}

/// A section ends where none is open.
pub(crate) fn report_unopened(engine: &mut Engine, task: TaskId, site: Site) {
    emit(
        engine,
        task,
        "no signalling section is open on this thread",
        site,
        site,
    );
}

fn emit(engine: &mut Engine, task: TaskId, what: &str, site: Site, other: Site) {
    let label = engine.task_label(task);
    let mut draft = Draft::new(&RULE, site, label)
        .argument("what", what)
        .about(what)
        .at_each_site();
    if other != site {
        draft = draft.step(engine, 1, label, site, Action::OpensSection);
        draft = draft.step(
            engine,
            1,
            label,
            other,
            Action::Says {
                text: "leaves with the section open".into(),
            },
        );
    }
    engine.emit(draft);
}
