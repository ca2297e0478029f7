//! `user-memory-in-signalling` (DF107): signalling code touches user memory, whose fault takes the mmap lock.
//!
//! ## What it finds
//! `copy_to_user()`, `copy_from_user()`, a page fault, or the mmap lock itself, on the way to a signal: in
//! a signalling section, in the publisher's own code before its signal, or in a work item that has to
//! signal. Serving a device's recoverable page fault before the signal counts as well.
//!
//! Level: error. It fires on the possibility of a fault: whether the page was present does not matter.
//! Pinned pages that are written through a kernel mapping are not user memory.
//!
//! ## Why it deadlocks
//! 1. `done` copies its results to the program before it signals `job`. The page is not there: it faults
//!    and waits for the mmap lock.
//! 2. The owner of the mmap lock, a driver's fault handler say, has locked a reservation and waits for
//!    `job`.
//! 3. `job` is signalled after the copy.
//!
//! The order of the contract is mmap lock, reservation, reclaim, MMU notifier, fence wait. A signal that
//! needs the outermost of them waits for everybody who is inside.
//!
//! ## Example
//! ```fence
//! expect user-memory-in-signalling
//! thread done irqthread
//!   begin_signalling
//!   copy_user
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Copy arguments in before the fence is published, results out after it is signalled. Or let the device
//! write into a buffer that was pinned at submission (`pin_user_pages_fast()`). Where only a try makes
//! sense, use `copy_from_user_nofault()`, `mmap_read_trylock()`. Work that needs page faults must not be
//! tracked by a `dma_fence` at all: use a preemption fence.
//!
//! ```fence
//! expect clean
//! thread done irqthread
//!   begin_signalling
//!   signal job
//!   end_signalling
//!   copy_user
//! ```
//!
//! ## Seen by
//! - Patterns: yes, from `copy_user`, `fault`, and a lock of class `mmap`. Scenarios: no.
//! - Recordings: yes, where a fault or `might_fault()` really took the mmap lock.
//! - The kernel's lockdep: yes, in an annotated path that is not atomic; `might_fault()` shows the lock
//!   even without a fault.
//!
//! ## References
//! R-04, P-01, P-02, I-05 and section 2.2 of `docs/spec/kernel-semantics.md`; `might_fault()`,
//! `copy_to_user()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/user-memory-in-signalling/`.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF107",
    name: "user-memory-in-signalling",
    level: Level::Error,
    summary: "signalling code touches user memory, whose fault takes the mmap lock",
    template: "{headline}: {cycle}",
    source: include_str!("user_memory_in_signalling.rs"),
};
