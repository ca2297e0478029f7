//! `wait-for-user` (DF117): a wait that only user space can end is made under a lock, in a section, or before an own signal.
//!
//! ## What it finds
//! A wait for something that a program has to do (`wait_user` in a pattern), in one of three places:
//!
//! - in an open signalling section;
//! - with any lock held, or in a work item, as flushing it would wait for the program too;
//! - between publication and signal of a fence, on the thread that does both.
//!
//! Level: error. With no lock held and nothing owed, waiting for user space is fine. It does not see waits
//! that only look like hardware but end when a program or a remote host acts: declare such a fence
//! `unbounded`.
//!
//! ## Why it deadlocks
//! A program may do what it is waited for in a second, or never: it may be stopped in a debugger, be
//! malicious, or wait for us.
//!
//! 1. An ioctl holds `vm` and waits until the program submits the job behind a syncobj.
//! 2. The program's other thread needs `vm` to submit, or faults into reclaim that needs `vm`.
//! 3. Nobody goes on. With a fence it is worse: reclaim waits for the fence, the fence for the program, and
//!    the program for memory.
//!
//! A timeout does not make it legal; it makes the machine stall before it recovers.
//!
//! ## Example
//! ```fence
//! expect wait-for-user
//! thread ioctl
//!   lock vm mutex
//!   wait_user submit
//!   unlock vm
//! ```
//!
//! ## Use instead
//! Wait first, with nothing held, then lock: as `drm_syncobj_find_fence()` does for
//! `DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT`, which asserts that no lock is held. Publish a fence only when
//! the work behind it is submitted and cannot be held up by a program. For work that user space ends, use a
//! user fence that no `dma_fence` depends on.
//!
//! ```fence
//! expect clean
//! thread ioctl
//!   wait_user submit
//!   lock vm mutex
//!   unlock vm
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios and recordings: no. Nothing in a trace tells what a sleeping task waits for.
//! - The kernel's lockdep: no, except the one `lockdep_assert_none_held_once()` in the syncobj code.
//!
//! ## References
//! R-01, I-01 to I-04, I-07, SY-4, G-08 of `docs/spec/kernel-semantics.md`; `drm_syncobj_find_fence()`;
//! `Documentation/driver-api/dma-buf.rst`; `tests/patterns/wait-for-user/`.

use crate::class::ClassKind;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF117",
    name: "wait-for-user",
    level: Level::Error,
    summary: "a wait that only user space can end is made under a lock, in a section, or before an own signal",
    template: "this waits for user space, {why}",
    source: include_str!("wait_for_user.rs"),
};

/// The wait has something of ours waiting behind it.
pub(crate) fn report(engine: &mut Engine, task: TaskId, site: Site) {
    let label = engine.task_label(task);
    let state = &engine.tasks[task.index()];
    let why = if state.signalling.in_section() {
        "in a signalling section"
    } else if state.task.depth() > 0 {
        "with a lock held"
    } else {
        "between publishing a fence and signalling it"
    };
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("why", why)
            .about(why)
            .at_each_site()
            .under(
                engine,
                task,
                |class| class.kind.is_lock() || class.kind == ClassKind::FenceContract,
                site,
                Action::Says {
                    text: "waits for user space".into(),
                },
            ),
    );
}
