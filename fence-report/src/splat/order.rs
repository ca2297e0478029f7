//! Reports about the order of locks alone: a circular dependency, and recursion.

use fence_engine::{Complaint, LockView};

use super::console::{Console, task};
use super::lock;
use super::table::{self, Cell};

/// `print_circular_bug()`.
pub(super) fn circular(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(54, "WARNING: possible circular locking dependency detected");
    taking_under(out, complaint);
    out.line("which lock already depends on the new lock.");
    out.blank();
    out.line("the existing dependency chain (in reverse order) is:");
    for (depth, link) in complaint.chain.iter().enumerate().rev() {
        out.blank();
        out.line(&format!("-> #{depth} {}:", lock::name(&link.lock)));
        // The newest link is the acquisition under way; the others were taken under the link before them.
        let here = complaint.taking.as_ref().filter(|_| depth == 0);
        out.trace(7, here.map_or(&link.lock.place, |taking| &taking.place));
    }
    out.blank();
    out.line("other info that might help us debug this:");
    out.blank();

    let (source, target) = (
        lock::bare(complaint.taking.as_ref()),
        lock::bare(complaint.against.as_ref()),
    );
    let parent = complaint.chain.iter().rev().nth(1);
    let parent = parent.map_or_else(|| source.clone(), |link| lock::bare(Some(&link.lock)));
    if parent != source {
        table::chain_exists(out, &source, &parent, &target);
    }
    table::scenario(
        out,
        "Possible unsafe locking scenario",
        &[
            Cell::First(format!("{}({target})", verb(complaint.against.as_ref()))),
            Cell::Second(format!("lock({parent})")),
            Cell::Second(format!("lock({target})")),
            Cell::First(format!("{}({source})", verb(complaint.taking.as_ref()))),
        ],
    );
    out.held(complaint);
    out.backtrace();
}

/// `print_deadlock_bug()`.
pub(super) fn recursive(out: &mut Console<'_>, complaint: &Complaint) {
    out.headline(44, "WARNING: possible recursive locking detected");
    taking_under(out, complaint);
    out.line("other info that might help us debug this:");
    table::scenario(
        out,
        "Possible unsafe locking scenario",
        &[
            Cell::First(format!("lock({})", lock::bare(complaint.against.as_ref()))),
            Cell::First(format!("lock({})", lock::bare(complaint.taking.as_ref()))),
        ],
    );
    out.line(" May be due to missing lock nesting notation");
    out.blank();
    out.held(complaint);
    out.backtrace();
}

fn taking_under(out: &mut Console<'_>, complaint: &Complaint) {
    out.line(&format!("{} is trying to acquire lock:", task(complaint)));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    out.blank();
    out.line("but task is already holding lock:");
    out.line(&lock::at_place_or_unknown(complaint.against.as_ref()));
    out.blank();
}

fn verb(lock: Option<&LockView>) -> &'static str {
    if lock.is_some_and(|lock| lock.mode.is_read()) {
        "rlock"
    } else {
        "lock"
    }
}
