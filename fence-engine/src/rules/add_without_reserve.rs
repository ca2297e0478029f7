//! `add-without-reserve` (DF301): a fence is added to a reservation whose lock the task does not hold.
//!
//! ## What it finds
//! `dma_resv_add_fence()` (`publish F resv=R` in a pattern) while the task does not hold the lock of that
//! very reservation: not locked at all, unlocked too early, or the lock of another buffer is held instead.
//!
//! Level: error. The lock is what is checked. Whether a slot was reserved with `dma_resv_reserve_fences()`
//! is not modelled; a reservation that is not locked cannot have one that counts.
//!
//! ## Why it deadlocks
//! 1. Two threads write the fence list of one reservation at once. One fence is lost.
//! 2. Whoever needed the lost fence does not wait: memory is moved or freed while the device uses it.
//! 3. Or the list has no free slot. Slots are reserved under the lock and are gone when it is released; an
//!    add without one stops the kernel (`BUG_ON()`). The task dies with its section open, `job` is never
//!    signalled, and its waiters hang.
//!
//! ## Example
//! ```fence
//! expect add-without-reserve
//! thread submit
//!   lock resv ww
//!   # dma_resv_reserve_fences()
//!   unlock resv
//!   begin_signalling
//!   publish job resv=resv
//!   end_signalling
//! thread done hardirq
//!   begin_signalling
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Use instead
//! `dma_resv_lock()`, `dma_resv_reserve_fences()` (may fail, may allocate), open the section,
//! `dma_resv_add_fence()` (cannot fail), close the section, `dma_resv_unlock()`. All under one holding of
//! the lock. For several buffers, `drm_exec_prepare_obj()` locks and reserves.
//!
//! ```fence
//! expect clean
//! thread submit
//!   lock resv ww
//!   begin_signalling
//!   publish job resv=resv
//!   end_signalling
//!   unlock resv
//! thread done hardirq
//!   begin_signalling
//!   signal job
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. The kernel has no event for the addition of a fence.
//! - The kernel's lockdep: `dma_resv_assert_held()` in `dma_resv_add_fence()` warns when it happens. A
//!   missing slot is a `BUG_ON()`.
//!
//! ## References
//! V-RES-1, V-RES-2, V-RES-4, V-ADD-1, V-ADD-3, V-ADD-5, G-17 of `docs/spec/kernel-semantics.md`;
//! `dma_resv_reserve_fences()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/add-without-reserve/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{Lock, TaskId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF301",
    name: "add-without-reserve",
    level: Level::Error,
    summary: "a fence is added to a reservation whose lock the task does not hold",
    template: "`{fence}` is added to `{resv}`, whose lock this task does not hold",
    source: include_str!("add_without_reserve.rs"),
};

/// `dma_resv_add_fence()` without the lock.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, resv: Lock, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    let resv = engine.class_label(resv.class);
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .argument("resv", resv.clone())
        .about(name)
        .about(resv);
    engine.emit(draft);
}
