//! `signalled-twice` (DF202): a fence is signalled a second time.
//!
//! ## What it finds
//! `dma_fence_signal()` on a fence that was signalled before, on the same thread or another. If the second
//! call brings an error, `error-after-signal` is reported as well. Inside the fence's own callback the
//! finding is `callback-misuse`. Both places are shown.
//!
//! Level: error. The order is that of the run. Two paths of which each checks under a lock that the other
//! has not signalled yet do not fire: their second signal does not happen.
//!
//! ## Why it deadlocks
//! The second call does nothing in the kernel: it returns `-EINVAL` (later kernels return nothing at all).
//! The harm is in what it means.
//!
//! 1. The completion interrupt and the timeout handler both believe they finish `job`.
//! 2. The first one signals and drops the reference. The second signals memory that may be freed by now,
//!    takes a lock in it, and spins there.
//! 3. Or the second was meant for another job: a retire loop starts one entry too early. Then that other
//!    job is never signalled, and its waiters hang.
//!
//! ## Example
//! ```fence
//! expect signalled-twice
//! thread done irqthread
//!   begin_signalling
//!   signal job
//!   end_signalling
//! thread tdr worker
//!   begin_signalling
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! One guaranteed path per fence. Let the paths agree under the job's lock who finishes it: whoever takes
//! it off the pending list signals it. `drm_sched` does it that way. Where signalling twice is harmless by
//! design, use `dma_fence_check_and_signal()` in later kernels, which tells whether it was the first.
//!
//! ```fence
//! expect clean
//! thread done irqthread
//!   begin_signalling
//!   lock pending spin
//!   # list_del() tells that it is ours
//!   unlock pending
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no signals.
//! - Recordings: no. `dma_fence_signaled` is traced for the first signal only.
//! - The kernel: no. The return value is all there is, and nearly nobody looks at it.
//!
//! ## References
//! F-SIG-1, F-SIG-2, F-SIG-6, S-09, RR-1 of `docs/spec/kernel-semantics.md`; `dma_fence_signal()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/signalled-twice/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF202",
    name: "signalled-twice",
    level: Level::Error,
    summary: "a fence is signalled a second time",
    template: "`{fence}` is signalled here, and was signalled before",
    source: include_str!("signalled_twice.rs"),
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
