//! Dependency chains with the states of every lock on them: `print_shortest_lock_dependencies()` and its kin.

use fence_engine::{Complaint, Link, LockView, Place};

use super::console::Console;
use super::lock;

/// The two halves of the chain of a safe/unsafe report: from the safe lock to the one that is held, and from the one that is
/// taken to the unsafe lock.
pub(super) fn split(complaint: &Complaint) -> (&[Link], &[Link]) {
    let is = |link: &Link, lock: &Option<LockView>| {
        lock.as_ref()
            .is_some_and(|lock| lock.name == link.lock.name)
    };
    let at = complaint
        .chain
        .windows(2)
        .position(|pair| is(&pair[0], &complaint.against) && is(&pair[1], &complaint.taking))
        .map_or(complaint.chain.len(), |at| at + 1);
    complaint.chain.split_at(at)
}

/// Where the class came to have `state`.
pub(super) fn state_place(link: Option<&Link>, state: &str) -> Place {
    let states = link.map_or(&[][..], |link| &link.states);
    states
        .iter()
        .find(|(name, _)| *name == state)
        .map(|(_, place)| place.clone())
        .unwrap_or_default()
}

/// A chain from its far end to its near one, each lock with where the search for the chain came by it.
pub(super) fn dependencies(out: &mut Console<'_>, links: &[(&Link, &Place)]) {
    for (at, (link, acquired)) in links.iter().enumerate() {
        let depth = links.len() - 1 - at;
        class(out, link, depth);
        out.line(&format!("{:depth$} ... acquired at:", ""));
        out.trace(3, acquired);
        out.blank();
    }
}

/// A chain that was followed forwards, from its far end back to the lock that is being taken: each lock was come by where it
/// was taken under the one before it.
pub(super) fn followed<'l>(
    links: &'l [Link],
    taking: Option<&'l LockView>,
) -> Vec<(&'l Link, &'l Place)> {
    let own = links.iter().enumerate().map(|(at, link)| {
        let here = taking.filter(|_| at == 0);
        (link, here.map_or(&link.lock.place, |taking| &taking.place))
    });
    own.rev().collect()
}

/// A chain that was followed backwards, from its far end on to the lock that is being taken: each lock was come by where
/// the one after it was taken under it.
pub(super) fn retraced<'l>(
    links: &'l [Link],
    taking: Option<&'l LockView>,
) -> Vec<(&'l Link, &'l Place)> {
    let after = links.iter().skip(1).map(|link| &link.lock.place);
    let near = taking
        .map(|taking| &taking.place)
        .or(links.last().map(|link| &link.lock.place));
    links.iter().zip(after.chain(near)).collect()
}

/// The chain from the safe lock to the one that is held; the first was taken under nothing that matters.
pub(super) fn dependencies_backwards(out: &mut Console<'_>, links: &[Link]) {
    for (at, link) in links.iter().enumerate() {
        let depth = links.len() - 1 - at;
        class(out, link, depth);
        if at > 0 {
            out.line(&format!("{:depth$} ... acquired at:", ""));
            out.trace(3, &link.lock.place);
            out.blank();
        }
    }
}

/// `print_lock_class_header()`.
fn class(out: &mut Console<'_>, link: &Link, depth: usize) {
    out.line(&format!("{:depth$}-> {} {{", "", lock::name(&link.lock)));
    for (state, place) in &link.states {
        out.line(&format!("{:depth$}   {state} at:", ""));
        out.trace(depth + state.len() + 8, place);
    }
    out.line(&format!("{:depth$} }}", ""));
}
