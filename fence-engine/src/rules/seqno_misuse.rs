//! `seqno-misuse` (DF204): fences of one timeline signal out of the order of their sequence numbers.
//!
//! ## What it finds
//! A fence signals after another one of its context that has the same or a later sequence number. Numbers
//! have 32 bits and wrap: later means that the signed difference is positive, so 0 comes after 4294967295.
//!
//! Level: warning. Only the order of signals is checked, not the order of publication, gaps, or numbers of
//! 64 bits. A fence without a declared number is never counted, and two fences of different contexts are
//! never compared.
//!
//! ## Why it deadlocks
//! A timeline promises that its fences signal in order, so the latest stands for all before it. The kernel
//! relies on it: a reservation keeps one fence per context and usage, and a merged `sync_file` only the
//! latest.
//!
//! 1. `job1` and `job2` are on one ring. `dma_resv_add_fence()` lets `job2` replace `job1`.
//! 2. `job2` signals first. Whoever waits for the buffer goes on, while `job1` still writes to it.
//! 3. Memory is handed out that the hardware uses. If that memory holds the ring or a page table, the
//!    engine hangs, and with it every fence behind it.
//!
//! ## Example
//! ```fence
//! expect seqno-misuse
//! fence job1 context=ring seqno=1
//! fence job2 context=ring seqno=2
//! thread retire worker
//!   begin_signalling
//!   signal job2
//!   signal job1
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Assign the number where the job enters the ring, under the lock of the ring, and retire in ring order.
//! Compare with `dma_fence_is_later()` or a signed difference, never with `<`. If jobs can overtake each
//! other, they are different timelines: one `dma_fence_context_alloc()` for each queue.
//!
//! ```fence
//! expect clean
//! fence job1 context=ring seqno=1
//! fence job2 context=ring seqno=2
//! thread retire worker
//!   begin_signalling
//!   signal job1
//!   signal job2
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes, for fences declared with `context=` and `seqno=`. Scenarios: no.
//! - Recordings: no. The events carry half a number only, and some contexts, the stub's for one, have no
//!   order.
//! - The kernel: no. Comparing fences of different contexts warns, the order of signals does not.
//!
//! ## References
//! F-SEQ-2, F-ORD-1, V-ADD-2, V-ADD-4, UW-2, RR-6, G-13 of `docs/spec/kernel-semantics.md`;
//! `dma_fence_is_later()`; `tests/patterns/seqno-misuse/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;
use alloc::string::ToString;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF204",
    name: "seqno-misuse",
    level: Level::Warning,
    summary: "fences of one timeline signal out of the order of their sequence numbers",
    template: "`{fence}` (seqno {seqno}) signals after seqno {latest} of its timeline",
    source: include_str!("seqno_misuse.rs"),
};

/// A later or equal seqno of the timeline signalled at `before`.
pub(crate) fn report(
    engine: &mut Engine,
    task: TaskId,
    fence: FenceId,
    latest: u32,
    before: Site,
    site: Site,
) {
    let label = engine.task_label(task);
    let about = engine.fences.get(fence);
    let (name, seqno) = (about.name.clone(), about.seqno.unwrap_or_default());
    let draft = Draft::new(&RULE, site, label)
        .argument("fence", name.clone())
        .argument("seqno", seqno.to_string())
        .argument("latest", latest.to_string())
        .about(name)
        .step(
            engine,
            1,
            label,
            before,
            Action::Says {
                text: alloc::format!("signals seqno {latest}"),
            },
        )
        .step(
            engine,
            1,
            label,
            site,
            Action::Says {
                text: alloc::format!("signals seqno {seqno}"),
            },
        );
    engine.emit(draft);
}
