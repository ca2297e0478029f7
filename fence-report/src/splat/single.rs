//! Reports about one lock or none: no dependency stands behind them.

use fence_engine::{Complaint, WaitType};

use super::console::{Console, task};
use super::lock;
use crate::escape::visible;
use crate::place::position;

/// `print_lock_invalid_wait_context()`.
pub(super) fn invalid_wait_context(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(29, "[ BUG: Invalid wait context ]");
    out.line(&format!("{} is trying to lock:", task(complaint)));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    out.line("other info that might help us debug this:");
    let context = wait_context(complaint) as u8;
    out.line(&format!("context-{{{context}:{context}}}"));
    out.held(complaint);
    out.line("stack backtrace:");
    out.dump_stack();
}

/// `task_wait_context()`: what the context allows, whatever is held.
fn wait_context(complaint: &Complaint) -> WaitType {
    let (hardirq, softirq, ..) = complaint.context;
    match (hardirq, softirq) {
        // Only a threaded interrupt has a limit above spinning; nothing else tells it apart here.
        (true, _) if complaint.limit.is_some_and(|limit| limit > WaitType::Spin) => {
            WaitType::Config
        }
        (true, _) => WaitType::Spin,
        (false, true) => WaitType::Config,
        (false, false) => WaitType::Max,
    }
}

/// `print_unlock_imbalance_bug()`.
pub(super) fn bad_unlock(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(37, "WARNING: bad unlock balance detected!");
    let name = lock::bare(complaint.taking.as_ref());
    out.line(&format!(
        "{} is trying to release lock ({name}) at:",
        task(complaint)
    ));
    out.trace(0, out.place());
    out.line("but there are no more locks to release!");
    out.blank();
    out.line("other info that might help us debug this:");
    out.held(complaint);
    out.backtrace();
}

/// `print_freed_lock_bug()`.
pub(super) fn held_lock_freed(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(25, "WARNING: held lock freed!");
    out.line(&format!(
        "{} is freeing memory, with a lock still held there!",
        task(complaint)
    ));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    out.held(complaint);
    out.backtrace();
}

/// `print_held_locks_bug()`.
pub(super) fn locks_held_at_end(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(
        36,
        &format!("WARNING: {} still has locks held!", task(complaint)),
    );
    out.held(complaint);
    out.backtrace();
}

/// `print_lock_nested_lock_not_held()`.
pub(super) fn nest_lock_not_held(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(34, "WARNING: Nested lock was not taken");
    out.line(&format!("{} is trying to lock:", task(complaint)));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    out.blank();
    out.line("but this task is not holding:");
    out.line(&visible(
        complaint.missing.as_deref().unwrap_or("<unknown>"),
    ));
    out.backtrace();
    out.blank();
    out.line("other info that might help us debug this:");
    out.held(complaint);
    out.backtrace();
}

/// `__might_resched()`. The preempt count and the RCU nest depth are not known here.
pub(super) fn sleep_in_atomic(out: &mut Console<'_>, complaint: &Complaint) {
    let (hardirq, softirq, irqs_on, bh_on) = complaint.context;
    // With interrupts off, preemption may be off as well; that is not told apart. With them on, nothing else is left.
    let atomic = hardirq || softirq || !bh_on || irqs_on;
    let place = position(out.place()).unwrap_or_else(|| "<unknown>".into());
    out.line(&format!(
        "BUG: sleeping function called from invalid context at {place}"
    ));
    out.line(&format!(
        "in_atomic(): {}, irqs_disabled(): {}, non_block: 0, name: {}",
        u8::from(atomic),
        u8::from(!irqs_on),
        task(complaint)
    ));
    out.held(complaint);
    out.identity();
    out.dump_stack();
}

/// The `WARN` in `lock_downgrade()`.
pub(super) fn downgrade_read(out: &mut Console<'_>) {
    out.line("------------[ cut here ]------------");
    out.line("downgrading a read lock");
    let place = crate::place::frame(out.place()).unwrap_or_else(|| "<unknown>".into());
    out.line(&format!("WARNING: at {place}"));
    out.identity();
    out.dump_stack();
    out.line("---[ end trace 0000000000000000 ]---");
}

/// The limit on held locks in `__lock_acquire()`.
pub(super) fn too_deep(out: &mut Console<'_>, complaint: &Complaint) {
    out.line("BUG: MAX_LOCK_DEPTH too low!");
    out.line(&format!(
        "depth: {}  max: {}!",
        complaint.held.len(),
        fence_engine::MAX_LOCK_DEPTH
    ));
    out.held(complaint);
    out.identity();
    out.dump_stack();
}
