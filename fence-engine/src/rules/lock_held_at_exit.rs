//! `lock-held-at-exit` (LD010): a task ends, or an entry point returns, with a lock held.
//!
//! ## What it finds
//! A system call, work item, handler or thread leaves (`return` in a pattern, or the end of a thread) and
//! its held stack is not empty. All locks still held are named. An open signalling section is not a lock
//! here; it is `section-not-closed`.
//!
//! Level: warning. It does not see a lock that is left to another task on purpose: if that task unlocks it,
//! the finding here comes with an `unbalanced-unlock` there.
//!
//! ## Why it deadlocks
//! 1. An ioctl finds an error and returns without unlocking `vm`.
//! 2. The next ioctl waits for `vm`. Its owner is in user space, or gone, and will never release it.
//! 3. Every task that closes the file, resets the device or shrinks memory ends up behind it. A fence whose
//!    signalling path needs `vm` never signals, and those who wait for it never get on either.
//!
//! The hang shows far away from the cause, usually minutes later.
//!
//! ## Example
//! ```fence
//! expect lock-held-at-exit
//! thread ioctl
//!   lock vm mutex
//!   # if (err) return err;
//!   return
//! ```
//!
//! ## Use instead
//! One exit path that unlocks (`goto unlock`), or a guard that does it on every path:
//! `guard(mutex)(&vm->lock)`. What must stay closed across two calls from user space is not a lock: keep a
//! state flag under the lock, or a `struct completion`.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   lock vm mutex
//!   unlock vm
//!   return
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: yes, at `thread` and at the end.
//! - Recordings: yes, when a task exits, or replaces its program, with a lock whose acquisition was
//!   recorded. Returns to user space leave no event.
//! - The kernel's lockdep: yes, as "lock held when returning to user space!" and, at thread exit, "still
//!   has locks held!".
//!
//! ## References
//! Section 2.3 (release checks) of `docs/spec/kernel-semantics.md`; `debug_check_no_locks_held()`,
//! `lockdep_sys_exit()`; `tests/patterns/lock-held-at-exit/`.

use crate::class::{ClassId, ClassKind};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::{Held, TaskId};
use crate::verdict::Verdict;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD010",
    name: "lock-held-at-exit",
    level: Level::Warning,
    summary: "a task ends, or an entry point returns, with a lock held",
    template: "{locks} still held when this task leaves",
    source: include_str!("lock_held_at_exit.rs"),
};

/// The classes, each once with the number of its locks.
fn names(engine: &Engine, held: &[Held]) -> String {
    let mut counts: Vec<(ClassId, usize)> = Vec::new();
    for held in held {
        match counts.iter_mut().find(|(class, _)| *class == held.class()) {
            Some((_, count)) => *count += 1,
            None => counts.push((held.class(), 1)),
        }
    }
    let name = |&(class, count): &(ClassId, usize)| {
        let label = engine.class_label(class);
        match count {
            1 => format!("`{label}`"),
            _ => format!("{count} locks `{label}`"),
        }
    };
    let names: Vec<String> = counts.iter().map(name).collect();
    names.join(", ")
}

/// The held stack is not empty.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let label = engine.task_label(task);
    let complaint = engine.complain(Verdict::LocksHeldAtEnd, Some(task), label);
    let strict = engine.is_strict();
    let state = &engine.tasks[task.index()].task;
    let shown = |class| !strict || engine.classes[class].kind != ClassKind::FenceContract;
    let held: Vec<_> = state
        .held()
        .iter()
        .filter(|held| shown(held.class()))
        .copied()
        .collect();
    let verb = if held.len() == 1 { " is" } else { " are" };
    let names = names(engine, &held);
    let mut draft = Draft::new(&RULE, held.first().map_or(site, |held| held.site), label)
        .argument("locks", names + verb)
        .complaint(complaint);
    for held in held {
        let lock = engine.class_label(held.class());
        draft = draft.about(lock.clone()).step(
            engine,
            1,
            label,
            held.site,
            Action::Takes {
                lock,
                mode: held.mode(),
            },
        );
    }
    engine.emit(draft.step(
        engine,
        1,
        label,
        site,
        Action::Says {
            text: "leaves".into(),
        },
    ));
}
