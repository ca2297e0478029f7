//! Reports about locks and interrupts: an inconsistent state, an inversion, and a safe lock tied to an unsafe one.

use fence_engine::{Complaint, Link};

use super::chain;
use super::console::{Console, task, task_in_context};
use super::lock;
use super::table::{self, Cell};

/// `print_usage_bug()`.
pub(super) fn inconsistent(out: &mut Console<'_>, complaint: &Complaint) {
    let (earlier, later) = complaint.states.unwrap_or(("?", "?"));
    out.headline(32, "WARNING: inconsistent lock state");
    out.line(&format!("inconsistent {{{earlier}}} -> {{{later}}} usage."));
    out.line(&format!("{} takes:", task_in_context(complaint)));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    out.line(&format!("{{{earlier}}} state was registered at:"));
    out.trace(2, &complaint.registered.clone().unwrap_or_default());
    out.blank();
    out.line("other info that might help us debug this:");
    let name = lock::bare(complaint.taking.as_ref());
    let cells = [Cell::First(format!("lock({name})")), Cell::Interrupt(name)];
    table::scenario(out, "Possible unsafe locking scenario", &cells);
    out.held(complaint);
    out.backtrace();
}

/// `print_irq_inversion_bug()`.
pub(super) fn inversion(out: &mut Console<'_>, complaint: &Complaint) {
    let (earlier, later) = complaint.states.unwrap_or(("?", "?"));
    // A lock that was just taken in an interrupt clashes with one it leads to; otherwise with one that leads to it.
    let forwards = later.starts_with("IN-");
    out.headline(
        56,
        "WARNING: possible irq lock inversion dependency detected",
    );
    out.line(&format!(
        "{} just changed the state of lock:",
        task(complaint)
    ));
    out.line(&lock::at_place_or_unknown(complaint.taking.as_ref()));
    let state = state_name(earlier);
    if forwards {
        out.line(&format!(
            "but this lock took another, {state}-unsafe lock in the past:"
        ));
    } else {
        out.line(&format!(
            "but this lock was taken by another, {state}-safe lock in the past:"
        ));
    }
    let other = complaint.against.as_ref();
    out.line(&format!(
        " {}",
        other.map_or_else(|| "<unknown>".into(), lock::name)
    ));
    out.blank();
    out.blank();
    out.line("and interrupts could create inverse lock ordering between them.");
    out.blank();
    out.blank();
    out.line("other info that might help us debug this:");

    let links = &complaint.chain;
    let at = |index: Option<usize>| {
        index
            .and_then(|index| links.get(index))
            .map(|link| &link.lock)
    };
    let (safe, last) = (
        lock::bare(at(Some(0))),
        lock::bare(at(links.len().checked_sub(1))),
    );
    // The kernel's middle lock is the neighbour of the lock that changed its state.
    let neighbour = if forwards {
        Some(1)
    } else {
        links.len().checked_sub(2)
    };
    let middle = lock::bare(at(neighbour).or(at(Some(0))));
    let middle = if middle == safe { last.clone() } else { middle };
    table::irq_scenario(out, &safe, &last, &middle);

    out.held(complaint);
    out.blank();
    out.line("the shortest dependencies between 2nd lock and 1st lock:");
    let walk = if forwards {
        chain::followed
    } else {
        chain::retraced
    };
    chain::dependencies(out, &walk(links, complaint.taking.as_ref()));
    out.backtrace();
}

/// `print_bad_irq_dependency()`.
pub(super) fn unsafe_order(out: &mut Console<'_>, complaint: &Complaint, soft: bool, read: bool) {
    let state = match (soft, read) {
        (false, false) => "HARDIRQ",
        (false, true) => "HARDIRQ-READ",
        (true, false) => "SOFTIRQ",
        (true, true) => "SOFTIRQ-READ",
    };
    let (taking, against) = (complaint.taking.as_ref(), complaint.against.as_ref());
    let named = |lock: Option<&_>| lock.map_or_else(|| "<unknown>".into(), lock::name);
    out.headline(
        53,
        &format!("WARNING: {state}-safe -> {state}-unsafe lock order detected"),
    );
    out.line(&format!(
        "{} is trying to acquire:",
        task_in_context(complaint)
    ));
    out.line(&lock::at_place_or_unknown(taking));
    out.blank();
    out.line("and this task is already holding:");
    out.line(&lock::at_place_or_unknown(against));
    out.line("which would create a new lock dependency:");
    out.line(&format!(" {} -> {}", named(against), named(taking)));
    out.blank();

    let (before, after) = chain::split(complaint);
    let (safe, last) = (before.first(), after.last());
    let (safe_state, unsafe_state) = complaint.states.unwrap_or(("?", "?"));
    out.line(&format!(
        "but this new dependency connects a {state}-irq-safe lock:"
    ));
    out.line(&format!(" {}", named(safe.map(|link| &link.lock))));
    out.blank();
    out.line(&format!("... which became {state}-irq-safe at:"));
    out.trace(2, &chain::state_place(safe, safe_state));
    out.blank();
    out.line(&format!("to a {state}-irq-unsafe lock:"));
    out.line(&format!(" {}", named(last.map(|link| &link.lock))));
    out.blank();
    out.line(&format!("... which became {state}-irq-unsafe at:"));
    out.line("...");
    out.trace(2, &chain::state_place(last, unsafe_state));
    out.blank();
    out.line("other info that might help us debug this:");
    out.blank();

    let bare = |link: Option<&Link>| lock::bare(link.map(|link| &link.lock));
    let (held, wanted) = (lock::bare(against), lock::bare(taking));
    let middle = if held == bare(safe) { wanted } else { held };
    table::irq_scenario(out, &bare(safe), &bare(last), &middle);

    out.held(complaint);
    out.blank();
    out.line(&format!(
        "the dependencies between {state}-irq-safe lock and the holding lock:"
    ));
    chain::dependencies_backwards(out, before);
    out.blank();
    out.line("the dependencies between the lock to be acquired");
    out.line(&format!(" and {state}-irq-unsafe lock:"));
    chain::dependencies(out, &chain::followed(after, taking));
    out.backtrace();
}

/// `state_name()`: `HARDIRQ` or `SOFTIRQ`, with `-READ` where a reader set the state.
fn state_name(state: &str) -> String {
    let irq = if state.contains("SOFTIRQ") {
        "SOFTIRQ"
    } else {
        "HARDIRQ"
    };
    let read = if state.ends_with("-R") { "-READ" } else { "" };
    format!("{irq}{read}")
}
