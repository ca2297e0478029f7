//! `wait-under-signalling-lock` (DF101): a lock is held over a fence wait, and needed to signal that fence.
//!
//! ## What it finds
//! A circle of waits with a fence in it and something else: a lock, a work item or queue, an event, runtime
//! power, SRCU readers. The short form: a lock is held over `dma_fence_wait()`, and the code that leads to
//! `dma_fence_signal()` takes it. On the way to a signal counts, trylocks excepted:
//!
//! - what is taken or waited for in a signalling section, for the fences that section signals;
//! - what the publisher does itself between `publish` and `signal`, annotated or not;
//! - a lock held around the signal, and the work item and ordered queue to which it was handed.
//!
//! Level: error; note if one exclusive lock with one instance keeps all parties apart. Where that says
//! more, the name is `reclaim-in-signalling`, `resv-lock-in-signalling`, `user-memory-in-signalling` or
//! `timeline-wait-cycle`. It does not see locks taken before the section on a thread that did not publish
//! the fence.
//!
//! ## Why it deadlocks
//! 1. The ioctl holds `submit` and waits for `job`.
//! 2. The completion thread needs `submit` before it can signal `job`. It blocks.
//! 3. `job` is never signalled, `submit` never released. A timeout turns the hang into a stall, no more.
//!
//! ## Example
//! ```fence
//! expect wait-under-signalling-lock
//! thread ioctl
//!   lock submit mutex
//!   wait job
//!   unlock submit
//! thread done irqthread
//!   begin_signalling
//!   lock submit mutex
//!   unlock submit
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Under the lock take a reference (`dma_fence_get()`), unlock, then `dma_fence_wait()`. Or keep the
//! signalling path free of that lock: signal first and do the bookkeeping afterwards, or `mutex_trylock()`.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   lock submit mutex
//!   get job
//!   unlock submit
//!   wait job
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: yes. What the signalling thread waited for since the fence's init counts, annotated or
//!   not; so does an ordered queue if the trace shows that it runs one item at a time.
//! - The kernel's lockdep: yes, if both paths ran in one boot and the section was not opened in atomic
//!   context, where 6.12 records nothing. Not the unannotated part after publication, not events or power.
//!
//! ## References
//! R-03, R-04, S-02, S-03, G-02, G-09 and section 2.1 of `docs/spec/kernel-semantics.md`;
//! `dma_fence_begin_signalling()`, `dma_fence_wait()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/wait-under-signalling-lock/`.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF101",
    name: "wait-under-signalling-lock",
    level: Level::Error,
    summary: "a lock is held over a fence wait, and needed to signal that fence",
    template: "`{to}` under `{from}` closes a cycle with a fence: {cycle}",
    source: include_str!("wait_under_signalling_lock.rs"),
};
