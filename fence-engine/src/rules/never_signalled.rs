//! `never-signalled` (DF201): a fence is published and nobody ever signals it.
//!
//! ## What it finds
//! A fence was published and no thread signals it afterwards, up to the end of the run. The finding stands
//! at the publication. A signal with an error counts as a signal, and so does any thread's.
//!
//! Level: error. A fence that was never published is somebody else's, or nobody's, and is not counted. It
//! says nothing about how late the signal comes: see `unbounded-fence`.
//!
//! ## Why it deadlocks
//! 1. A submission publishes `job`, then fails to queue it to the hardware, and returns an error.
//! 2. Nobody will ever signal `job`. The reservation still has it.
//! 3. The next task that needs the buffer waits for it with the reservation locked. Then reclaim waits for
//!    `job` or for that reservation. Every allocation in the system ends up behind it.
//!
//! A fence cannot be taken back once it is visible, so after publication there is no failure, only a signal
//! with an error. A waiter's own timeout does not help: it may not touch the memory either way.
//!
//! ## Example
//! ```fence
//! expect never-signalled
//! thread submit
//!   begin_signalling
//!   publish job
//!   # queueing failed: goto out
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Do everything that can fail before publication. If the hardware refuses the job afterwards, complete the
//! fence by hand: `dma_fence_set_error()`, then `dma_fence_signal()`. A cancelled work item, a reset and a
//! removed device do the same for all fences they leave behind. Each job has a timeout handler that
//! completes it if nothing else does.
//!
//! ```fence
//! expect clean
//! thread submit
//!   begin_signalling
//!   publish job
//!   signal job error=EIO
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes, at the end of the pattern. Scenarios: no signals.
//! - Recordings: no. A recording may just have ended before the signal.
//! - The kernel: only when such a fence is freed with callbacks on it: "released with pending signals", and
//!   it is signalled with `-EDEADLK`. Without callbacks it is silent, and a leaked one is never freed.
//!
//! ## References
//! R-01, S-05, S-09, F-REF-1, F-REF-2, G-05, G-11 of `docs/spec/kernel-semantics.md`; `dma_fence_signal()`,
//! `dma_fence_set_error()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/never-signalled/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF201",
    name: "never-signalled",
    level: Level::Error,
    summary: "a fence is published and nobody ever signals it",
    template: "`{fence}` is published here and never signalled",
    source: include_str!("never_signalled.rs"),
};

/// The run ended with the fence pending.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
