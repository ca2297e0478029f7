//! `reclaim-in-signalling` (DF104): signalling code allocates in a way that can wait for reclaim, which may wait for the fence.
//!
//! ## What it finds
//! A blocking allocation on the way to a signal: in a signalling section, between publication and signal on
//! the publisher's own thread, in a work item that has to signal, or under a lock that the way to a signal
//! takes. `GFP_KERNEL` waits for reclaim; `GFP_NOFS` and `GFP_NOIO`, and the scopes `memalloc_nofs_save()`
//! and `memalloc_noio_save()`, still wait for MMU notifiers. Both may wait for fences.
//!
//! `GFP_ATOMIC` and `GFP_NOWAIT` never fire, nor does anything inside `memalloc_noreclaim_save()` or inside
//! reclaim itself. Level: error. It does not see allocations hidden in functions that the input does not
//! show.
//!
//! ## Why it deadlocks
//! 1. The completion thread allocates before it signals `job`. Memory is short, so it enters reclaim.
//! 2. Reclaim calls a shrinker or an MMU notifier, and that waits for `job` to get its pages back.
//! 3. `job` needs the allocation, the allocation needs `job`.
//!
//! Under a shared lock it takes one thread more: one allocates under the lock, the other needs the lock to
//! signal.
//!
//! ## Example
//! ```fence
//! expect reclaim-in-signalling
//! thread tdr worker
//!   begin_signalling
//!   # the core dump
//!   alloc GFP_KERNEL
//!   signal job error=ETIME
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Allocate before publication: the fence, the job, the reservation slot (`dma_resv_reserve_fences()`), the
//! callback. In the section, use `GFP_NOWAIT` and cope with failure, or do that part after the signal.
//! Under locks of the signalling path do the same.
//!
//! ```fence
//! expect clean
//! thread submit
//!   alloc GFP_KERNEL
//!   begin_signalling
//!   publish job
//!   end_signalling
//! thread tdr worker
//!   begin_signalling
//!   alloc GFP_NOWAIT
//!   signal job error=ETIME
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: yes, from `ralloc`, and from `alloc` once `mn` has primed the order.
//! - Recordings: yes, from the maps `fs_reclaim` and `mmu_notifier_invalidate_range_start`; the boot-time
//!   order is built in.
//! - The kernel's lockdep: yes, on the first run of an annotated path that is not atomic. Not between
//!   publication and the section, not in work items without annotation.
//!
//! ## References
//! R-05, R-06, S-05, S-08, V-RES-5, G-23 of `docs/spec/kernel-semantics.md`; `might_alloc()`,
//! `fs_reclaim_acquire()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/reclaim-in-signalling/`.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF104",
    name: "reclaim-in-signalling",
    level: Level::Error,
    summary: "signalling code allocates in a way that can wait for reclaim, which may wait for the fence",
    template: "{headline}: {cycle}",
    source: include_str!("reclaim_in_signalling.rs"),
};
