//! The dependencies that a report shows, from its chains and lists.

use super::report::{ChainEntry, Edge, LockClass};
use super::{Kind, Symbol};

/// An entry of a list of dependencies, in the order in which the kernel prints it.
#[derive(Clone, Debug)]
pub(super) struct ListEntry {
    pub(super) class: LockClass,
    /// The place below `... acquired at:`.
    pub(super) acquired_at: Option<Symbol>,
}

/// The lists of dependencies of one report.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// From the irq-safe lock to the one that is held.
    pub(super) safe: Vec<ListEntry>,
    /// From the irq-unsafe lock back to the one that is being taken.
    pub(super) unsafe_: Vec<ListEntry>,
    /// Of an irq inversion, from the other lock to the one whose state changed.
    pub(super) shortest: Vec<ListEntry>,
    /// Whether the shortest list is one of locks that the changed one took: it is then printed against
    /// the order of the dependencies.
    pub(super) took_another: bool,
}

/// Edges of a chain in dependency order, the last of which closes the cycle and is new.
pub(super) fn of_chain(chain: &[ChainEntry]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for pair in chain.windows(2) {
        if pair[1].index.checked_sub(pair[0].index) == Some(1) {
            edges.push(Edge {
                from: pair[0].class.clone(),
                to: pair[1].class.clone(),
                acquired_at: pair[1].acquired_at.clone(),
                new: false,
            });
        }
    }
    if let [first, .., last] = chain
        && first.index == 0
    {
        edges.push(Edge {
            from: last.class.clone(),
            to: first.class.clone(),
            acquired_at: first.acquired_at.clone(),
            new: true,
        });
    }
    edges
}

/// Edges of the lists of an irq report; the new one is not in them.
pub(super) fn of_lists(kind: Kind, lists: &Lists) -> Vec<Edge> {
    if kind == Kind::IrqInversion {
        return if lists.took_another {
            against_order(&lists.shortest)
        } else {
            // A backwards search keeps the place of each step with the entry that it leaves.
            in_order(&lists.shortest, |from, _| from.acquired_at.clone())
        };
    }
    let mut edges = in_order(&lists.safe, |_, to| to.acquired_at.clone());
    edges.extend(against_order(&lists.unsafe_));
    edges
}

/// A list whose every entry was held while the next one was taken.
fn in_order(
    list: &[ListEntry],
    place: impl Fn(&ListEntry, &ListEntry) -> Option<Symbol>,
) -> Vec<Edge> {
    list.windows(2)
        .map(|pair| Edge {
            from: pair[0].class.clone(),
            to: pair[1].class.clone(),
            acquired_at: place(&pair[0], &pair[1]),
            new: false,
        })
        .collect()
}

/// A list whose every entry was taken while the next one was held, at the entry's own place.
fn against_order(list: &[ListEntry]) -> Vec<Edge> {
    list.windows(2)
        .rev()
        .map(|pair| Edge {
            from: pair[1].class.clone(),
            to: pair[0].class.clone(),
            acquired_at: pair[0].acquired_at.clone(),
            new: false,
        })
        .collect()
}
