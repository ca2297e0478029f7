//! `unbalanced-access` (DF305): maps, CPU accesses or device accesses of a buffer do not balance.
//!
//! ## What it finds
//! For each buffer or attachment three pairs of calls are counted over the whole run:
//! `dma_buf_map_attachment()` and its unmap, `dma_buf_begin_cpu_access()` and its end, begin and end of a
//! device access. The rule fires when a closing call comes with nothing open, and at the end of the run
//! when something is still open.
//!
//! Level: warning. A pair may span threads. Pins, vmaps and directions are not looked at.
//!
//! ## Why it deadlocks
//! It breaks the bookkeeping of the exporter; hangs come from what the exporter does with it.
//!
//! 1. An attachment is mapped and never unmapped. The exporter may not move the buffer, so reclaim comes
//!    back again and again to memory that can never be freed.
//! 2. Or an access is ended twice. The count is one too low: the exporter moves or frees the buffer while
//!    the other user's device still works on it.
//! 3. That device gets faults instead of data. Its job never completes, its fence never signals.
//!
//! ## Example
//! ```fence
//! expect unbalanced-access
//! thread submit
//!   lock resv ww
//!   dma_map buf
//!   unlock resv
//! thread close
//!   lock resv ww
//!   dma_unmap buf
//!   # detach unmaps as well
//!   dma_unmap buf
//!   unlock resv
//! ```
//!
//! ## Use instead
//! One owner for each mapping: who maps keeps the `sg_table` and unmaps it, once, with the same direction,
//! at the latest before `dma_buf_detach()`. `DMA_BUF_IOCTL_SYNC` start and end come in pairs on every exit
//! path, error paths included.
//!
//! ```fence
//! expect clean
//! thread submit
//!   lock resv ww
//!   dma_map buf
//!   unlock resv
//! thread close
//!   lock resv ww
//!   dma_unmap buf
//!   unlock resv
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. dma-buf calls leave no trace event.
//! - The kernel: no. It warns about attachments left at release and stops on a `vunmap` too many, but does
//!   not count maps or CPU accesses.
//!
//! ## References
//! B-MAP-7, B-CPU-1, B-CPU-2, B-ATT-4, B-REL-1, G-21, G-22 of `docs/spec/kernel-semantics.md`;
//! `dma_buf_unmap_attachment()`, `dma_buf_end_cpu_access()`; `Documentation/driver-api/dma-buf.rst`;
//! `tests/patterns/unbalanced-access/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::signalling::Bracket;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF305",
    name: "unbalanced-access",
    level: Level::Warning,
    summary: "maps, CPU accesses or device accesses of a buffer do not balance",
    template: "`{call}` and its counterpart do not balance on this buffer",
    source: include_str!("unbalanced_access.rs"),
};

/// A bracket was closed without being opened, or never closed.
pub(crate) fn report(engine: &mut Engine, bracket: &Bracket) {
    let call = super::resv_lock_convention::call(bracket.kind);
    let draft = Draft::new(&RULE, bracket.site, bracket.label)
        .argument("call", call)
        .about(call)
        .about(alloc::format!("{}", bracket.buffer));
    engine.emit(draft);
}
