//! Who has a ww mutex and who waits for it: the rules of Wait-Die and Wound-Wait, and nothing that blocks.
//!
//! A lock that is released goes to its first waiter right away, so a lock that is free has no waiters. After every change
//! the rules are applied anew; a waiter that must back off is taken out and woken.

use std::sync::Arc;
use std::thread::Thread;

use super::class::Algorithm;
use super::context::Shared;

/// The owner of one mutex and the threads that wait for it.
#[derive(Debug)]
pub(super) struct Queue {
    owner: Option<Owner>,
    /// Contexts from the oldest to the youngest; those without one stay where they came in.
    waiters: Vec<Waiter>,
    tickets: u64,
}

#[derive(Debug)]
struct Owner {
    ticket: Ticket,
    context: Option<Arc<Shared>>,
}

#[derive(Debug)]
struct Waiter {
    ticket: Ticket,
    thread: Thread,
    context: Option<Arc<Shared>>,
    /// Its context holds other locks: it may have to back off. Cannot change while it waits.
    holds: bool,
}

/// Tells one request from all others for the mutex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Waits,
    Owns,
    BacksOff,
}

impl Waiter {
    fn stamp(&self) -> Option<u64> {
        self.context.as_ref().map(|context| context.stamp())
    }
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            owner: None,
            waiters: Vec::new(),
            tickets: 0,
        }
    }

    pub(super) fn is_owned(&self) -> bool {
        self.owner.is_some()
    }

    pub(super) fn is_owned_by(&self, context: &Arc<Shared>) -> bool {
        let owner = self.owner.as_ref();
        owner.is_some_and(|owner| matches!(&owner.context, Some(its) if Arc::ptr_eq(its, context)))
    }

    pub(super) fn waiters(&self) -> usize {
        self.waiters.len()
    }

    /// Takes the lock if it is free. Whether it was.
    pub(super) fn try_take(&mut self, context: Option<&Arc<Shared>>) -> bool {
        let free = self.owner.is_none();
        if free {
            self.owner = Some(Owner {
                ticket: self.next_ticket(),
                context: context.cloned(),
            });
        }
        free
    }

    /// Queues the calling thread for the lock, which is not free.
    pub(super) fn join(
        &mut self,
        algorithm: Algorithm,
        context: Option<&Arc<Shared>>,
        holds: bool,
    ) -> Ticket {
        let ticket = self.next_ticket();
        let new = Waiter {
            ticket,
            thread: std::thread::current(),
            context: context.cloned(),
            holds,
        };
        let place = new.stamp().and_then(|stamp| {
            let younger = |other: &Waiter| other.stamp().is_some_and(|other| other > stamp);
            self.waiters.iter().position(younger)
        });
        self.waiters
            .insert(place.unwrap_or(self.waiters.len()), new);
        self.apply(algorithm);
        ticket
    }

    pub(super) fn outcome(&self, ticket: Ticket) -> Outcome {
        if matches!(&self.owner, Some(owner) if owner.ticket == ticket) {
            Outcome::Owns
        } else if self.waiters.iter().any(|waiter| waiter.ticket == ticket) {
            Outcome::Waits
        } else {
            Outcome::BacksOff
        }
    }

    /// Waits no more.
    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.waiters.retain(|waiter| waiter.ticket != ticket);
    }

    /// Releases the lock, which goes to its first waiter.
    pub(super) fn release(&mut self, algorithm: Algorithm) {
        self.owner = None;
        if self.waiters.is_empty() {
            return;
        }
        let first = self.waiters.remove(0);
        self.owner = Some(Owner {
            ticket: first.ticket,
            context: first.context,
        });
        first.thread.unpark();
        self.apply(algorithm);
    }

    /// Makes those back off who must now.
    fn apply(&mut self, algorithm: Algorithm) {
        let owner = self.owner.as_ref().and_then(|owner| owner.context.as_ref());
        match algorithm {
            Algorithm::WaitDie => {
                let owner = owner.map(|owner| owner.stamp());
                let mut older_waits = false;
                self.waiters.retain(|waiter| {
                    let Some(stamp) = waiter.stamp() else {
                        return true;
                    };
                    let older_owns = owner.is_some_and(|owner| owner < stamp);
                    let dies = waiter.holds && (older_owns || older_waits);
                    if dies {
                        waiter.thread.unpark();
                    }
                    older_waits |= !dies;
                    !dies
                });
            }
            Algorithm::WoundWait => {
                let Some(owner) = owner else { return };
                let older = |waiter: &Waiter| {
                    let older = waiter.stamp().is_some_and(|stamp| stamp < owner.stamp());
                    older && waiter.holds
                };
                if self.waiters.iter().any(older) {
                    owner.wound();
                }
            }
        }
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }
}
