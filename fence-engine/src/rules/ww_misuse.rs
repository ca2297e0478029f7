//! `ww-misuse` (LD012): a ww acquire context is used against its rules.
//!
//! ## What it finds
//! An acquire context of wound/wait or wait/die mutexes, such as the one around reservation locks, is used
//! in a way that breaks its promise:
//!
//! - a lock is taken in it after `ww_acquire_done()`;
//! - `ww_acquire_done()` is called twice;
//! - a lock of another ww class is taken in it;
//! - it ends (`ww_acquire_fini()`) while a lock taken in it is still held.
//!
//! Level: error. Two locks of the class without a context, and two contexts inside each other, are
//! `recursive-lock`. It does not follow back-off: after `-EDEADLK` the kernel also wants all locks released
//! and the contended one taken first.
//!
//! ## Why it deadlocks
//! Several ww mutexes may be taken in any order because each context carries a stamp: of two tasks that
//! want each other's lock, the younger one gets `-EDEADLK`, releases everything and starts again.
//!
//! 1. After `done` the task has left its back-off loop. Now it asks for `bo.2` and gets `-EDEADLK`, for
//!    which there is no code any more: it goes on without the lock, or asks again and again.
//! 2. The holder of `bo.2` waits for `bo.1`, which the task keeps.
//!
//! Stamps of two classes cannot be compared, so there nobody is told to back off. Locks that outlast their
//! context point at a stamp that is gone.
//!
//! ## Example
//! ```fence
//! expect ww-misuse
//! thread validate
//!   ww_begin exec
//!   lock bo.1 ww ctx=exec
//!   ww_done exec
//!   lock bo.2 ww ctx=exec
//!   unlock bo.2
//!   unlock bo.1
//!   ww_end exec
//! ```
//!
//! ## Use instead
//! `ww_acquire_init()`, all locks of one class, `ww_acquire_done()` once, unlock all, `ww_acquire_fini()`.
//! Let `drm_exec_init()`, `drm_exec_until_all_locked()` and `drm_exec_fini()` do it for buffers: they back
//! off too.
//!
//! ## Seen by
//! - Patterns: yes, from `ww_begin`, `ww_done`, `ww_end` and `ctx=`.
//! - Scenarios and recordings: no. They have no acquire contexts beyond the lock map of the context.
//! - The kernel: as `DEBUG_LOCKS_WARN_ON()` with `CONFIG_DEBUG_MUTEXES`, not from lockdep's graph.
//!
//! ## References
//! W-1 to W-9 of `docs/spec/kernel-semantics.md`; `ww_acquire_done()`, `ww_mutex_lock_slow()`,
//! `dma_resv_lock()`; `Documentation/locking/ww-mutex-design.rst`; `tests/patterns/ww-misuse/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;
use alloc::string::String;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD012",
    name: "ww-misuse",
    level: Level::Error,
    summary: "a ww acquire context is used against its rules",
    template: "{what}",
    source: include_str!("ww_misuse.rs"),
};

/// `what` says which rule of the acquire context was broken.
pub(crate) fn report(engine: &mut Engine, task: TaskId, what: String, site: Site) {
    let label = engine.task_label(task);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("what", what.clone())
            .about(what)
            .at_each_site(),
    );
}
