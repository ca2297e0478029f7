//! `lock-depth` (LD014): a task holds more locks at once than the checker can follow.
//!
//! ## What it finds
//! A task takes its 49th lock while holding 48. Sections, work items, acquire contexts and other
//! pseudo-locks count as well. The lock is not recorded, and nothing more is recorded for the task until it
//! has released some. Said once a run.
//!
//! Level: warning. Many ww mutexes of one acquire context, and many locks under one nest lock, are counted
//! together from some depth on: locking a thousand buffers in one context stays below the limit.
//!
//! ## Why it deadlocks
//! It need not. But a task that blocks with 48 locks held keeps 48 doors closed, and whatever cycle the
//! next lock closes is not found, neither here nor in the kernel.
//!
//! ## Example
//! ```fence
//! expect lock-depth
//! expect lock-held-at-exit
//! thread commit
//!   # each line takes two entries: a ww lock and its context; nothing is unlocked, to keep this short
//!   lock a ww ctx=auto
//!   lock b ww ctx=auto
//!   lock c ww ctx=auto
//!   lock d ww ctx=auto
//!   lock e ww ctx=auto
//!   lock f ww ctx=auto
//!   lock g ww ctx=auto
//!   lock h ww ctx=auto
//!   lock i ww ctx=auto
//!   lock j ww ctx=auto
//!   lock k ww ctx=auto
//!   lock l ww ctx=auto
//!   lock m ww ctx=auto
//!   lock n ww ctx=auto
//!   lock o ww ctx=auto
//!   lock p ww ctx=auto
//!   lock q ww ctx=auto
//!   lock r ww ctx=auto
//!   lock s ww ctx=auto
//!   lock t ww ctx=auto
//!   lock u ww ctx=auto
//!   lock v ww ctx=auto
//!   lock w ww ctx=auto
//!   lock x ww ctx=auto
//!   lock y ww ctx=auto
//! ```
//!
//! ## Use instead
//! Lock objects of one class in one acquire context (`ww_acquire_init()`, `drm_exec_lock_obj()`) or under
//! one outer lock that is named as nest lock (`mutex_lock_nest_lock()`). Take a list off under the lock and
//! work on it without. A lock for a group of objects often replaces one for each.
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: yes, from the acquisitions of one task.
//! - The kernel's lockdep: yes, as `BUG: MAX_LOCK_DEPTH too low!`, after which it is off.
//!
//! ## References
//! Section 2.3 of `docs/spec/kernel-semantics.md`; `MAX_LOCK_DEPTH`, `mutex_lock_nest_lock()`;
//! `Documentation/locking/lockdep-design.rst`.

use crate::class::ClassId;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{How, TaskId};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD014",
    name: "lock-depth",
    level: Level::Warning,
    summary: "a task holds more locks at once than the checker can follow",
    template: "`{lock}` is one lock more than the 48 that can be followed; nothing more is recorded for this task until some are released",
    source: include_str!("lock_depth.rs"),
};

/// The held stack is full. Said once a run.
pub(crate) fn report(engine: &mut Engine, task: TaskId, class: ClassId, how: How, site: Site) {
    let label = engine.task_label(task);
    let mut complaint = engine.complain(Verdict::TooDeep, Some(task), label);
    complaint.taking = Some(engine.view_of(class, 0, how.mode, site));
    let lock = engine.class_label(class);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("lock", lock)
            .complaint(complaint),
    );
}
