//! `lock-outlived-by-fence` (DF207): the lock of a fence is freed while the fence can still be used.
//!
//! ## What it finds
//! A fence was initialised with a lock that lies in another object (`fence F lock=L` in a pattern), and
//! that object is freed while the fence is published and unsignalled, or while a reference from
//! `dma_fence_get()` is left. Also any later use of the fence that takes its lock: a signal, a wait, a
//! poll, a callback.
//!
//! Level: error. Other data that the fence's ops reach is not followed. A lock freed while a task holds it
//! is `held-lock-dropped`.
//!
//! ## Why it deadlocks
//! 1. A transfer publishes `xfer`, whose lock is a member of the attachment.
//! 2. A program exports `xfer` as a sync file.
//! 3. Detach frees the attachment. `xfer` is still there, its lock is not.
//! 4. Closing the sync file, or signalling, takes a lock in freed memory. If that word says "locked", the
//!    CPU spins with interrupts off.
//!
//! ## Example
//! ```fence
//! expect lock-outlived-by-fence
//! fence xfer lock=priv
//! thread transfer
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread detach
//!   free priv
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Let the lock live as long as the fence: embed it in the same allocation, or, in later kernels, pass no
//! lock to `dma_fence_init()`. A lock shared by a timeline is counted, one reference for each fence.
//!
//! ```fence
//! expect clean
//! fence xfer
//! thread transfer
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread detach
//!   free priv
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. The end of a lock's memory leaves no event.
//! - The kernel: no. KASAN shows the use after free when it happens.
//!
//! ## References
//! F-REF-4, F-INIT-1, U-GAP-2, U-GAP-3, G-16 of `docs/spec/kernel-semantics.md`; `dma_fence_init()`,
//! `dma_fence_release()`; `Documentation/driver-api/dma-buf.rst`; `tests/patterns/lock-outlived-by-fence/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF207",
    name: "lock-outlived-by-fence",
    level: Level::Error,
    summary: "the lock of a fence is freed while the fence can still be used",
    template: "`{fence}` outlives its lock, which is freed",
    source: include_str!("lock_outlived_by_fence.rs"),
};

/// The lock was freed at `first`.
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
                text: "frees the lock".into(),
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
