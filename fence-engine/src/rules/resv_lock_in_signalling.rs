//! `resv-lock-in-signalling` (DF105): signalling code takes a reservation lock, under which anyone may wait for the fence.
//!
//! ## What it finds
//! `dma_resv_lock()`, or the acquire context around it, on the way to a signal: in a signalling section, in
//! the publisher's own code before its signal, in a work item that has to signal, or through a lock that is
//! elsewhere held while a reservation is locked. One driver is enough: the contract says that somebody
//! waits for fences with a reservation held.
//!
//! A `dma_resv_trylock()` without context is allowed. The acquire context itself waits, so a trylock inside
//! one fires. Level: error. It knows a reservation by its class: `resv`, or `class=resv` in a pattern.
//!
//! ## Why it deadlocks
//! 1. Somebody, in any driver, holds the reservation of `buf` and waits for `job`: eviction, a command
//!    submission, `dma_buf_begin_cpu_access()`.
//! 2. The completion thread locks the same reservation, to unmap or to clean up, and blocks.
//! 3. `job` signals after that, so never. The buffer is locked for good, and with it every task that
//!    touches it.
//!
//! ## Example
//! ```fence
//! expect resv-lock-in-signalling
//! thread done irqthread
//!   begin_signalling
//!   # to drop the mapping
//!   lock resv ww
//!   unlock resv
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Signal first, clean up afterwards: put what needs the reservation into a work item that runs after
//! `dma_fence_signal()`. Reserve and add the fence (`dma_resv_reserve_fences()`, `dma_resv_add_fence()`)
//! while the submission holds the lock, before the section. What the signalling path must know of a buffer,
//! keep under a spinlock.
//!
//! ```fence
//! expect clean
//! thread done irqthread
//!   begin_signalling
//!   signal job
//!   queue cleanup
//!   end_signalling
//! thread kworker worker
//!   run cleanup
//!   lock resv ww
//!   unlock resv
//!   done cleanup
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no, their classes are private.
//! - Recordings: yes, from the maps `reservation_ww_class_mutex` and `reservation_ww_class_acquire`. If the
//!   trace shows an allocation under a reservation, the name can be `reclaim-in-signalling`.
//! - The kernel's lockdep: yes, on the first run of an annotated path that is not atomic: the order is
//!   primed at boot. Not from code before the section.
//!
//! ## References
//! R-04, U-GAP-13, U-GAP-14 and sections 2.2, 3.2 of `docs/spec/kernel-semantics.md`; `dma_resv_lock()`,
//! `dma_resv_lockdep()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/resv-lock-in-signalling/`.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF105",
    name: "resv-lock-in-signalling",
    level: Level::Error,
    summary: "signalling code takes a reservation lock, under which anyone may wait for the fence",
    template: "{headline}: {cycle}",
    source: include_str!("resv_lock_in_signalling.rs"),
};
