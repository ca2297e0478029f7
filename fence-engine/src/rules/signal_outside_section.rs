//! `signal-outside-section` (DF111): a fence is signalled outside any signalling section.
//!
//! ## What it finds
//! `dma_fence_signal()` on a thread that has no signalling section open, for a fence that this thread
//! published itself or that was never seen published. If another thread published it, the note is
//! `unannotated-handoff`. The section that `dma_fence_signal()` opens for itself does not count: it begins
//! when everything that could block has been done.
//!
//! Level: note. It is a missing annotation and no bug by itself. Purely opportunistic signals, where
//! somebody else guarantees completion, need none; suppress the note there.
//!
//! ## Why it deadlocks
//! It does not, yet. The code before the signal is the code that must not wait for a waiter. Without a
//! section around it:
//!
//! 1. Somebody adds a lock, an allocation or a flush to the completion path.
//! 2. No section is open, so neither this checker nor the kernel's lockdep connects it with the fence.
//! 3. A waiter holds that lock over `dma_fence_wait()`. Both hang, and nothing was ever reported.
//!
//! ## Example
//! ```fence
//! expect signal-outside-section
//! thread done hardirq
//!   signal job
//! ```
//!
//! ## Use instead
//! Open the section at the start of the handler, work item or loop that ends in a signal, and close it
//! after the last signal: `cookie = dma_fence_begin_signalling()`, `dma_fence_end_signalling(cookie)`. It
//! nests, may be called in any context, and belongs to the path and not to one fence.
//!
//! ```fence
//! expect clean
//! thread done hardirq
//!   begin_signalling
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no signals.
//! - Recordings: no. `dma_fence_signal()` opens a section of its own, which looks like an annotated driver,
//!   and in atomic context no section leaves an event.
//! - The kernel's lockdep: no. It cannot know that a section is missing.
//!
//! ## References
//! R-03, S-02, S-03, S-09, G-10 of `docs/spec/kernel-semantics.md`; `dma_fence_signal()`,
//! `dma_fence_begin_signalling()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/signal-outside-section/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF111",
    name: "signal-outside-section",
    level: Level::Note,
    summary: "a fence is signalled outside any signalling section",
    template: "`{fence}` is signalled outside a signalling section",
    source: include_str!("signal_outside_section.rs"),
};

/// A signal with no section open; of a fence published elsewhere it is a hand-off nobody annotated.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let about = engine.fences.get(fence);
    if about
        .published
        .is_some_and(|published| published.task != task)
    {
        return super::unannotated_handoff::report(engine, task, fence, site);
    }
    let label = engine.task_label(task);
    let name = about.name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
