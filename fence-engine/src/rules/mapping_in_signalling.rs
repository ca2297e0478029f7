//! `mapping-in-signalling` (DF106): signalling code maps, unmaps, pins or vmaps a dma-buf.
//!
//! ## What it finds
//! `dma_buf_map_attachment()`, `dma_buf_unmap_attachment()`, `dma_buf_pin()` or `dma_buf_vmap()`, or one of
//! the `_unlocked` variants, inside an open signalling section. It fires even if the reservation lock was
//! only tried, and even if the mapping is known to be cached.
//!
//! Level: error. It does not see the call in code that should be in a section but is not.
//!
//! ## Why it deadlocks
//! The exporter may do what mapping needs: take its locks, allocate, move the buffer, wait for the move.
//!
//! 1. `done` maps the next buffer before it signals `xfer`. The exporter wants to move it in.
//! 2. To make room it waits for the fences of another buffer under its locks, `xfer` among them.
//! 3. `xfer` is signalled after the map. The same with unmap: it needs the reservation lock, under which
//!    somebody may wait for `xfer`.
//!
//! ## Example
//! ```fence
//! expect mapping-in-signalling
//! thread submit
//!   lock resv ww
//!   dma_map buf
//!   unlock resv
//! thread done irqthread
//!   begin_signalling
//!   lock resv ww try
//!   dma_unmap buf
//!   unlock resv
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Map once at attach, or in the submission before publication, under the reservation lock; unmap at
//! detach. `dma_buf_map_attachment()` belongs before `dma_resv_add_fence()`. A transfer needs only cache
//! maintenance in the section, `dma_sync_sgtable_for_device()`, not a mapping.
//!
//! ```fence
//! expect clean
//! thread submit
//!   lock resv ww
//!   dma_map buf
//!   begin_signalling
//!   publish xfer resv=resv
//!   signal xfer
//!   end_signalling
//!   # at detach
//!   dma_unmap buf
//!   unlock resv
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no, dma-buf calls leave no event. A recording can show the
//!   reservation lock that the call takes, as `resv-lock-in-signalling`.
//! - The kernel's lockdep: only through that lock or an allocation, in a section that is not atomic.
//!
//! ## References
//! R-04, R-05, K-22, B-MAP-1 of `docs/spec/kernel-semantics.md`; `dma_buf_map_attachment()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/mapping-in-signalling/`.

use crate::class::ClassKind;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::BufferOp;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF106",
    name: "mapping-in-signalling",
    level: Level::Error,
    summary: "signalling code maps, unmaps, pins or vmaps a dma-buf",
    template: "`{call}` takes the reservation lock and may sleep: not in a signalling section",
    source: include_str!("mapping_in_signalling.rs"),
};

/// A mapping call in a section.
pub(crate) fn report(engine: &mut Engine, task: TaskId, op: BufferOp, site: Site) {
    let label = engine.task_label(task);
    let call = super::resv_lock_convention::call(op);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("call", call)
            .about(call)
            .at_each_site()
            .under(
                engine,
                task,
                |class| class.kind == ClassKind::FenceContract,
                site,
                Action::Says {
                    text: alloc::format!("calls `{call}`"),
                },
            ),
    );
}
