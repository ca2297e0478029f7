//! `publish-outside-section` (DF110): a fence becomes reachable outside any signalling section.
//!
//! ## What it finds
//! A fence is published while the publishing thread has no signalling section open. Publication is the
//! moment when anybody else can find the fence: `dma_resv_add_fence()`, a `sync_file` or syncobj that gets
//! it, the installation of a file descriptor.
//!
//! Level: note. It is a missing annotation and no bug by itself. The publisher's own steps up to its own
//! signal are checked all the same; those up to a hand-off to another thread are not.
//!
//! ## Why it deadlocks
//! It does not, yet. From publication on somebody may wait for the fence in reclaim or with a reservation
//! held. Every line between here and the signal is signalling code. A section tells that to the checker and
//! to the kernel's lockdep; without it:
//!
//! 1. Somebody adds an allocation or a lock between `dma_resv_add_fence()` and the queueing of the job.
//! 2. Nothing is reported, because no section is open there.
//! 3. The machine hangs when memory is short: reclaim waits for the fence, the submitter for reclaim.
//!
//! ## Example
//! ```fence
//! expect publish-outside-section
//! thread transfer
//!   publish xfer
//!   begin_signalling
//!   end_signalling
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Use instead
//! `dma_fence_begin_signalling()` directly before the fence becomes visible, `dma_fence_end_signalling()`
//! after the job is handed over. Everything that can fail or sleep comes before: allocation, reservation
//! slot, locks.
//!
//! ```fence
//! expect clean
//! thread transfer
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no publication. Recordings: no, the kernel has no event for it;
//!   `dma_fence_init` is earlier, and may be much earlier.
//! - The kernel's lockdep: no. It honours sections and cannot know that one is missing.
//!
//! ## References
//! S-01, S-08, R-03, G-09 and section 7.8 of `docs/spec/kernel-semantics.md`; `dma_resv_add_fence()`,
//! `dma_fence_begin_signalling()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/publish-outside-section/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF110",
    name: "publish-outside-section",
    level: Level::Note,
    summary: "a fence becomes reachable outside any signalling section",
    template: "`{fence}` is published outside a signalling section",
    source: include_str!("publish_outside_section.rs"),
};

/// A publication with no section open.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
