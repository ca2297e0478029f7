//! The contract of fence signalling, read off a program without running it.
//!
//! A program breaks the contract of [the kernel's fence rules](https://docs.kernel.org/driver-api/dma-buf.html#fence-cross-driver-contract)
//! (rules R-, S- and I- of the specification, section 2.4) also if it never hangs: the other half of the deadlock may be in another
//! driver, or its copies may be too few. [`contract_broken`] names every such breach. Orders among locks alone are not its
//! business: without a fence in it a cycle is found by [`super::explore`] or does not matter here.
//!
//! It reads who *could* need what: a fence needs what its signaller blocks on before the signal, a wanted lock needs what somebody blocks on
//! while holding it in a mode that excludes the wanted one. Reads exclude non-recursive reads here, because writers exist. A trylock needs
//! nothing, but a lock taken by trylock is held like any other. What order things happen in between threads is not looked at, so a breach
//! is no proof of a hang. A program in which some thread hangs waiting for a fence always breaks the contract, unless locks alone make it hang.

mod needs;

use std::collections::BTreeSet;

use super::program::{FenceId, LockId, Program, Step};
use needs::{Edge, How, Needs, Node, Path};

/// One step of one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The thread, from 0.
    pub thread: usize,
    /// The step, from 0.
    pub step: usize,
}

/// One way in which a program breaks the contract.
///
/// `gates` are locks held exclusively over every part of the deadlock, from before the first lock of that part (or, for a section, from
/// its opening): copies cannot get into it together. A gate held into a section is itself needed by the section, so it only
/// helps if the fence is also published under it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breach {
    /// A section blocks on a lock before it signals, and somebody holds that lock while waiting for the fence (R-03, R-04: what a waiter may hold,
    /// signalling code must not take). The waiter has the lock, the section needs it, the wait needs the section.
    LockTakenInSection {
        /// The fence of the section.
        fence: FenceId,
        /// The lock.
        lock: LockId,
        /// Where the section takes it.
        taken: Place,
        /// Where it is held over the wait.
        waits: Place,
        /// Common gates.
        gates: Vec<LockId>,
    },
    /// A section opens under a lock that somebody holds while waiting for the fence: the same, as the section cannot begin without it.
    /// Where the fence is published under the same lock, without a break until its signal, no waiter can hold it at that time
    /// and this is harmless.
    LockHeldIntoSection {
        /// The fence of the section.
        fence: FenceId,
        /// The lock.
        lock: LockId,
        /// Where it is taken, before the section.
        taken: Place,
        /// Where it is held over the wait.
        waits: Place,
        /// Common gates.
        gates: Vec<LockId>,
    },
    /// A section needs a lock (taken in it or held into it) whose holders want another lock, and so on, up to a lock held over a wait for
    /// the fence (R-04: nothing ordered above a waiter's lock either).
    LockChain {
        /// The fence of the section.
        fence: FenceId,
        /// The locks, from the section's to the waiter's.
        locks: Vec<LockId>,
        /// Where the first is taken.
        taken: Place,
        /// Where the last is held over the wait.
        waits: Place,
        /// Common gates.
        gates: Vec<LockId>,
    },
    /// Sections wait for each other's fences, perhaps with locks between them (R-09: dependencies between fences have no cycle).
    TimelineCycle {
        /// The fences, in order of their names.
        fences: Vec<FenceId>,
    },
    /// A section waits for a fence it has itself still to signal (F-WAIT-2): nobody else will do it.
    WaitOnOwnFence {
        /// The fence.
        fence: FenceId,
        /// The wait.
        waits: Place,
    },
    /// A section waits for a fence it has signalled already. It cannot hang, but it is a wait in a section for a fence of that section, and
    /// a checker that does not follow the order of the two calls it one.
    WaitAfterOwnSignal {
        /// The fence.
        fence: FenceId,
        /// The wait.
        waits: Place,
    },
    /// A thread waits for a fence, in a section or not, that only it signals and only in a later section.
    WaitBeforeOwnSignal {
        /// The fence.
        fence: FenceId,
        /// The wait.
        waits: Place,
    },
    /// A section waits for a fence of somebody else (R-09: only allowed for fences that were published before its own).
    WaitInSection {
        /// The fence waited for.
        fence: FenceId,
        /// The wait.
        waits: Place,
        /// The threads that signal it; none if that happens outside the program.
        signallers: Vec<usize>,
    },
    /// A signaller blocks before its section opens on something a waiter of the fence holds back (R-03: everything from the publication on
    /// belongs into the section; here the fence was published earlier, or this would do no harm).
    BlockedBeforeSection {
        /// The fence.
        fence: FenceId,
        /// Where the signaller blocks.
        at: Place,
        /// The wait at the other end.
        waits: Place,
        /// Common gates.
        gates: Vec<LockId>,
    },
    /// A section takes, after it has signalled, a lock that is held over a wait for its fence. Nothing hangs, but the lock belongs
    /// to the section for every checker that knows one section map (rule 2.1).
    LockAfterSignal {
        /// The fence.
        fence: FenceId,
        /// The lock.
        lock: LockId,
        /// Where the section takes it.
        taken: Place,
        /// Where it, or one its holders want, is held over the wait.
        waits: Place,
    },
    /// A section takes a lock that is held over a wait for a fence that does not depend on the section. The contract is about all
    /// fences, so the next fence may be the wrong one (R-04, rule 2.1: one map for all).
    LockAcrossTimelines {
        /// The lock.
        lock: LockId,
        /// Where the section takes it.
        taken: Place,
        /// The fence waited for.
        fence: FenceId,
        /// Where it, or one its holders want, is held over the wait.
        waits: Place,
    },
    /// A fence with more than one signal (S-09: exactly one guaranteed path).
    SignalledTwice {
        /// The fence.
        fence: FenceId,
        /// All its signals.
        signals: Vec<Place>,
    },
}

impl Breach {
    /// The name of the variant, in lower case with hyphens.
    pub fn name(&self) -> &'static str {
        match self {
            Self::LockTakenInSection { .. } => "lock-taken-in-section",
            Self::LockHeldIntoSection { .. } => "lock-held-into-section",
            Self::LockChain { .. } => "lock-chain",
            Self::TimelineCycle { .. } => "timeline-cycle",
            Self::WaitOnOwnFence { .. } => "wait-on-own-fence",
            Self::WaitAfterOwnSignal { .. } => "wait-after-own-signal",
            Self::WaitBeforeOwnSignal { .. } => "wait-before-own-signal",
            Self::WaitInSection { .. } => "wait-in-section",
            Self::BlockedBeforeSection { .. } => "blocked-before-section",
            Self::LockAfterSignal { .. } => "lock-after-signal",
            Self::LockAcrossTimelines { .. } => "lock-across-timelines",
            Self::SignalledTwice { .. } => "signalled-twice",
        }
    }
}

/// Every breach of the contract in a program, sorted, each once. Parts of a malformed program that make no sense are ignored.
///
/// Each thing a section needs gives at most one breach per fence, by a shortest way to a wait.
pub fn contract_broken(program: &Program) -> Vec<Breach> {
    let needs = Needs::of(program);
    let mut breaches = BTreeSet::new();
    cycles(&needs, &mut breaches);
    blocked_before(program, &needs, &mut breaches);
    one_map(&needs, &mut breaches);
    waits(program, &needs, &mut breaches);
    signals(program, &mut breaches);
    breaches.into_iter().collect()
}

/// What sections need that in the end needs them.
fn cycles(needs: &Needs, breaches: &mut BTreeSet<Breach>) {
    for edge in needs.edges() {
        let Node::Fence(fence) = edge.from else {
            continue;
        };
        if edge.how == How::BeforeSection {
            continue;
        }
        let annotated = |edge: &Edge| edge.how != How::BeforeSection;
        if let Some(path) = needs.path(edge, Node::Fence(fence), |edge| {
            annotated(edge) && edge.from.is_lock()
        }) {
            breaches.insert(through_locks(fence, &path));
        } else if let Some(path) = needs.path(edge, Node::Fence(fence), annotated) {
            let mut fences = path.fences();
            fences.sort_unstable();
            breaches.insert(Breach::TimelineCycle { fences });
        }
    }
}

fn through_locks(fence: FenceId, path: &Path<'_>) -> Breach {
    let (taken, waits, gates) = (path.first().place, path.last().place, path.gates());
    match path.locks()[..] {
        [] => Breach::WaitOnOwnFence { fence, waits },
        [lock] if path.first().how == How::HeldIntoSection => Breach::LockHeldIntoSection {
            fence,
            lock,
            taken,
            waits,
            gates,
        },
        [lock] => Breach::LockTakenInSection {
            fence,
            lock,
            taken,
            waits,
            gates,
        },
        ref locks => Breach::LockChain {
            fence,
            locks: locks.to_vec(),
            taken,
            waits,
            gates,
        },
    }
}

/// What a signaller does before its section.
fn blocked_before(program: &Program, needs: &Needs, breaches: &mut BTreeSet<Breach>) {
    for edge in needs
        .edges()
        .iter()
        .filter(|edge| edge.how == How::BeforeSection)
    {
        let Node::Fence(fence) = edge.from else {
            continue;
        };
        let Some(path) = needs.path(edge, edge.from, |_| true) else {
            continue;
        };
        let own = edge.to == edge.from && program.signallers(fence) == [edge.place.thread];
        breaches.insert(if own {
            Breach::WaitBeforeOwnSignal {
                fence,
                waits: edge.place,
            }
        } else {
            let (at, waits, gates) = (edge.place, path.last().place, path.gates());
            Breach::BlockedBeforeSection {
                fence,
                at,
                waits,
                gates,
            }
        });
    }
}

/// Locks of sections held over waits, whoever signals what.
fn one_map(needs: &Needs, breaches: &mut BTreeSet<Breach>) {
    let reported: BTreeSet<Place> = breaches
        .iter()
        .filter_map(|breach| match breach {
            Breach::LockTakenInSection { taken, .. } | Breach::LockChain { taken, .. } => {
                Some(*taken)
            }
            _ => None,
        })
        .collect();
    for taken in needs
        .taken_in_sections()
        .iter()
        .filter(|taken| !reported.contains(&taken.place))
    {
        let to_wait = |fence: Option<FenceId>| {
            let reaches = |edge: &Edge| match edge.to {
                Node::Fence(waited) => {
                    edge.from.is_lock() && fence.is_none_or(|fence| fence == waited)
                }
                Node::Wanted(..) => false,
            };
            needs.search(taken.wanted, |edge| edge.from.is_lock(), reaches)
        };
        let own = taken
            .signalled_before
            .iter()
            .find_map(|fence| to_wait(Some(*fence)));
        let (path, after_signal) = match own {
            Some(path) => (path, true),
            None => match to_wait(None) {
                Some(path) => (path, false),
                None => continue,
            },
        };
        let Node::Fence(fence) = path.last().to else {
            continue;
        };
        let (lock, taken, waits) = (taken.lock, taken.place, path.last().place);
        breaches.insert(if after_signal {
            Breach::LockAfterSignal {
                fence,
                lock,
                taken,
                waits,
            }
        } else {
            Breach::LockAcrossTimelines {
                lock,
                taken,
                fence,
                waits,
            }
        });
    }
}

/// Waits in sections.
fn waits(program: &Program, needs: &Needs, breaches: &mut BTreeSet<Breach>) {
    for wait in needs.waits_in_sections() {
        let (fence, waits) = (wait.fence, wait.place);
        if wait.signalled_before {
            breaches.insert(Breach::WaitAfterOwnSignal { fence, waits });
        } else if !wait.signalled_after {
            breaches.insert(Breach::WaitInSection {
                fence,
                waits,
                signallers: program.signallers(fence),
            });
        }
    }
}

fn signals(program: &Program, breaches: &mut BTreeSet<Breach>) {
    for fence in program.fences() {
        let mut signals = Vec::new();
        for (thread, steps) in program.threads.iter().enumerate() {
            let here = steps
                .iter()
                .enumerate()
                .filter(|(_, what)| **what == Step::Signal { fence });
            signals.extend(here.map(|(step, _)| Place { thread, step }));
        }
        if signals.len() > 1 {
            breaches.insert(Breach::SignalledTwice { fence, signals });
        }
    }
}

#[cfg(test)]
mod tests;
