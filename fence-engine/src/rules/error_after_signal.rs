//! `error-after-signal` (DF203): an error is set on a fence that is signalled already.
//!
//! ## What it finds
//! `dma_fence_set_error()` on a fence that was signalled before; in a pattern, a second `signal F error=E`.
//! That is also a `signalled-twice`. Both places are shown.
//!
//! Level: warning. It does not see an error written into the fence directly, past `dma_fence_set_error()`,
//! nor an error that was found and not reported at all.
//!
//! ## Why it deadlocks
//! It breaks the promise of the signal; a hang can follow, damage is more likely.
//!
//! 1. The retire code signals `job`: done, and well.
//! 2. Waiters go on: they read the result, reuse the buffer, signal fences of their own that depended on
//!    it.
//! 3. The fault register says that `job` failed. Setting the error now changes nothing for those who went
//!    on, and races with those who read the status.
//! 4. A scheduler that should have stopped the queue goes on feeding a hung engine. The jobs behind it
//!    complete only by their timeouts, and anybody who holds a reservation over a wait stalls with them.
//!
//! ## Example
//! ```fence
//! expect error-after-signal
//! expect signalled-twice
//! thread retire worker
//!   begin_signalling
//!   signal job
//!   # now read the fault register
//!   signal job error=EIO
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Find out first, then `dma_fence_set_error()`, then `dma_fence_signal()`, from one place. `-ETIME` says
//! that a timeout or reset killed the job, `-ECANCELED` that the whole context was cancelled. What is
//! learned later belongs to the next fence of the timeline, or to the device's state.
//!
//! ```fence
//! expect clean
//! thread retire worker
//!   begin_signalling
//!   # the fault register was read before
//!   signal job error=EIO
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no signals.
//! - Recordings: no. Errors have no trace event.
//! - The kernel: `dma_fence_set_error()` warns if the fence is signalled, and stores the error all the
//!   same.
//!
//! ## References
//! F-ERR-1, F-ERR-2, F-ERR-4, F-ERR-5, F-SIG-1, RR-4, G-15 of `docs/spec/kernel-semantics.md`;
//! `dma_fence_set_error()`, `dma_fence_get_status()`; `tests/patterns/error-after-signal/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF203",
    name: "error-after-signal",
    level: Level::Warning,
    summary: "an error is set on a fence that is signalled already",
    template: "an error is set on `{fence}` here, after it was signalled",
    source: include_str!("error_after_signal.rs"),
};

/// The fence was signalled at `first`.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, first: Site, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .about(name)
        .step(
            engine,
            1,
            label,
            first,
            Action::Says {
                text: "signals the fence".into(),
            },
        )
        .step(
            engine,
            1,
            label,
            site,
            Action::Says {
                text: "comes too late".into(),
            },
        );
    engine.emit(draft);
}
