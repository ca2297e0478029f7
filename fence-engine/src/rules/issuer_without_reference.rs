//! `issuer-without-reference` (DF206): an issuer signals a fence it holds no reference to any more.
//!
//! ## What it finds
//! A fence is signalled after its issuer gave up its handle (`drop` in a pattern) and no reference taken
//! with `dma_fence_get()` is left. It does not ask who owns the references that remain: one `get` without
//! its `put`, by any thread, is enough to be silent.
//!
//! Level: warning. References of reservations and sync files do not count: they can go at any moment. A
//! handle dropped after the signal is fine; one dropped without any signal is `never-signalled`.
//!
//! ## Why it deadlocks
//! 1. A transfer adds `xfer1` to a reservation and puts its own reference: "the reservation has one".
//! 2. The next transfer of the same timeline adds `xfer2`. The reservation keeps only the latest fence of a
//!    context, puts `xfer1`, and that was the last reference.
//! 3. The interrupt signals `xfer1`: freed memory, whose lock may never look free. The CPU spins.
//! 4. Whoever waited for `xfer1` by other means waits for ever.
//!
//! ## Example
//! ```fence
//! expect issuer-without-reference
//! thread transfer
//!   lock resv ww
//!   begin_signalling
//!   publish xfer resv=resv
//!   # dma_fence_put(): the reservation has a reference
//!   drop xfer
//!   end_signalling
//!   unlock resv
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Use instead
//! The issuer's reference belongs to the job until it is signalled: `dma_fence_signal()`, then
//! `dma_fence_put()`, in the completion path. `dma_resv_add_fence()`, `sync_file_create()` and
//! `drm_syncobj_replace_fence()` take a reference of their own; they do not take over yours.
//!
//! ```fence
//! expect clean
//! thread submit
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   drop xfer
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: no references.
//! - Recordings: no. References leave no trace event, apart from the last one.
//! - The kernel: no. KASAN shows the use after free when it happens; `refcount_t` may warn.
//!
//! ## References
//! V-ADD-4, F-SIG-6, F-REF-1, R-10, U-GAP-1, G-18 of `docs/spec/kernel-semantics.md`; `dma_fence_put()`,
//! `dma_resv_add_fence()`; `tests/patterns/issuer-without-reference/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF206",
    name: "issuer-without-reference",
    level: Level::Warning,
    summary: "an issuer signals a fence it holds no reference to any more",
    template: "`{fence}` is signalled here, but its issuer gave up its reference before",
    source: include_str!("issuer_without_reference.rs"),
};

/// The issuer dropped its handle at `first`.
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
                text: "gives up the issuer's reference".into(),
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
