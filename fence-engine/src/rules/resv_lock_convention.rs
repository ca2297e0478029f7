//! `resv-lock-convention` (DF304): a dma-buf call is made with the reservation lock in the wrong state.
//!
//! ## What it finds
//! An importer's call on a dma-buf with the reservation lock held where it must not be, or not held where
//! it must:
//!
//! - must be held: `dma_buf_map_attachment()`, `dma_buf_unmap_attachment()`, `dma_buf_pin()`,
//!   `dma_buf_vmap()`;
//! - must not be held: their `_unlocked` variants, `dma_buf_begin_cpu_access()`,
//!   `dma_buf_end_cpu_access()`, and the begin and end of a device access.
//!
//! Level: error. Any held lock of the class `resv` counts, also that of another buffer. Attach, detach,
//! mmap and the exporter's own ops are not modelled.
//!
//! ## Why it deadlocks
//! 1. An importer holds the reservation and calls the `_unlocked` variant, which locks it: the task waits
//!    for itself.
//! 2. Or it calls `dma_buf_begin_cpu_access()` with the reservation held. The exporter locks it to look at
//!    the buffer, and waits for fences.
//! 3. The other way round nothing hangs at first. The exporter's map op relies on the lock: without it a
//!    move runs at the same time, the device gets addresses of memory that was given away, and waits for a
//!    transfer that cannot end.
//!
//! ## Example
//! ```fence
//! expect resv-lock-convention
//! thread submit
//!   lock resv ww
//!   # locks the reservation itself
//!   dma_map buf unlocked
//!   unlock resv
//! thread close
//!   dma_unmap buf unlocked
//! ```
//!
//! ## Use instead
//! Hold the lock and call the plain function, or hold nothing and call the `_unlocked` one. In an
//! exporter's op the table says which state you are called in; `dma_resv_assert_held()` at the start of the
//! op makes it visible. CPU access begins before the lock is taken and ends after it is released.
//!
//! ```fence
//! expect clean
//! thread submit
//!   lock resv ww
//!   dma_map buf
//!   dma_unmap buf
//!   unlock resv
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. dma-buf calls leave no trace event. A recording can show
//!   the lock taken twice, as `recursive-lock`.
//! - The kernel's lockdep: `dma_resv_assert_held()` warns in the calls that need the lock; those that must
//!   not have it take it, or say `might_lock()`, which reports recursive locking.
//!
//! ## References
//! Section 5.6, B-MAP-1, B-PIN-1, B-CPU-1, B-CPU-4, R-04 of `docs/spec/kernel-semantics.md`;
//! `dma_buf_map_attachment_unlocked()`; `Documentation/driver-api/dma-buf.rst` ("DMA-BUF locking
//! convention"); `tests/patterns/resv-lock-convention/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::BufferOp;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF304",
    name: "resv-lock-convention",
    level: Level::Error,
    summary: "a dma-buf call is made with the reservation lock in the wrong state",
    template: "`{call}` is called {state}",
    source: include_str!("resv_lock_convention.rs"),
};

/// The kernel's name of a call.
pub(crate) const fn call(op: BufferOp) -> &'static str {
    match op {
        BufferOp::Map => "dma_buf_map_attachment",
        BufferOp::Unmap => "dma_buf_unmap_attachment",
        BufferOp::Pin => "dma_buf_pin",
        BufferOp::Vmap => "dma_buf_vmap",
        BufferOp::CpuBegin => "dma_buf_begin_cpu_access",
        BufferOp::CpuEnd => "dma_buf_end_cpu_access",
        BufferOp::DeviceBegin => "dma_buf_begin_access",
        BufferOp::DeviceEnd => "dma_buf_end_access",
    }
}

/// The lock is held where it must not be, or not held where it must.
pub(crate) fn report(engine: &mut Engine, task: TaskId, op: BufferOp, must_hold: bool, site: Site) {
    let label = engine.task_label(task);
    let state = if must_hold {
        "without the reservation lock"
    } else {
        "with the reservation lock held"
    };
    let draft = Draft::new(&RULE, site, label)
        .argument("call", call(op))
        .argument("state", state)
        .about(call(op))
        .at_each_site();
    engine.emit(draft);
}
