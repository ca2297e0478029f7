//! What makes a lock a checked one: which class it is of, which instance it is, and whose engine it reports to.

use std::panic::Location;
use std::sync::atomic::{AtomicU64 as PlainU64, Ordering};

use fence_engine::{ClassId, Event, How, Instance, Lock, Mode};

use super::current;
use super::publication::{Publication, UNKNOWN};
use crate::kind::{Kind, Name, Taking};
use crate::sys::atomic::{AtomicU32, AtomicU64};

/// Class, instance and runtime of one lock. No engine hears of it before its first use.
///
/// Small, as every lock has one: of a thousand locks those that fit into the cache are the fast ones.
#[derive(Debug)]
pub(crate) struct Identity {
    known: Publication,
    /// A [`Name`], in two thirds of its size: a location, or a string of `length` bytes.
    name: *const (),
    length: u32,
    /// The session it was made in, 0 if in none.
    pub(super) session: u32,
    pub(crate) kind: Kind,
}

// SAFETY: the one field that is neither by itself, `name`, points to what is shared and lives for ever.
unsafe impl Send for Identity {}
// SAFETY: as above.
unsafe impl Sync for Identity {}

/// In place of a length, for a location.
const LOCATION: u32 = u32::MAX;

impl Identity {
    /// A lock that belongs to the process, whatever thread makes it.
    pub(crate) const fn of_process(kind: Kind, name: Name) -> Self {
        let (name, length) = match name {
            Name::Site(site) => (std::ptr::from_ref(site).cast(), LOCATION),
            Name::Chosen(name) => {
                assert!(name.len() < LOCATION as usize, "a name of gigabytes");
                (name.as_ptr().cast(), name.len() as u32)
            }
        };
        Self {
            known: Publication {
                runtime: AtomicU32::new(UNKNOWN),
                class: AtomicU32::new(0),
                instance: AtomicU64::new(0),
            },
            name,
            length,
            session: 0,
            kind,
        }
    }

    /// What its class is named after.
    pub(crate) fn name(&self) -> Name {
        // SAFETY: made of a reference to the one or the other, for ever, in `of_process`.
        unsafe {
            if self.length == LOCATION {
                Name::Site(&*self.name.cast())
            } else {
                let bytes = std::slice::from_raw_parts(self.name.cast(), self.length as usize);
                Name::Chosen(std::str::from_utf8_unchecked(bytes))
            }
        }
    }

    /// A lock of the session that the calling thread is in.
    pub(crate) fn new(kind: Kind, name: Name) -> Self {
        let mut identity = Self::of_process(kind, name);
        identity.session = current::session();
        identity
    }

    /// A number that no other lock of the process ever has.
    pub(crate) fn instance(&self) -> Instance {
        static NEXT: PlainU64 = PlainU64::new(1);
        self.known.instance(|| NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The lock's class in the runtime of this number, if that knows the lock.
    #[inline]
    pub(super) fn known_to(&self, runtime: u32) -> Option<ClassId> {
        self.known.known_to(runtime)
    }

    /// The instance, of a lock that some runtime knows.
    #[inline]
    pub(super) fn known_instance(&self) -> Instance {
        self.known.known_instance()
    }

    /// The lock is known to the runtime of this number as `lock`, and will be to no other. Several threads may say so at once,
    /// all the same.
    pub(super) fn introduce(&self, runtime: u32, lock: Lock) {
        self.known.introduce(runtime, lock.class);
    }

    /// The lock is about to be taken, or was taken by trying.
    #[inline]
    pub(crate) fn acquire<const SPINS: bool>(
        &self,
        mode: Mode,
        tried: bool,
        at: &'static Location<'static>,
    ) {
        current::acquire::<SPINS>(self, mode, tried, at);
    }

    /// The same with all that can be said.
    pub(crate) fn acquire_as<const SPINS: bool>(
        &self,
        taking: Taking<'_>,
        at: &'static Location<'static>,
    ) {
        current::acquire_as::<SPINS>(self, taking, at);
    }

    /// The lock is held for reading from here on.
    pub(crate) fn downgrade(&self, at: &'static Location<'static>) {
        current::fed(self, at, |asked, task, lock, site| {
            asked.engine.feed(task, Event::Downgrade { lock }, site);
        });
    }

    /// The lock, held for reading until now, is held for writing from here on. Where others were taken in between it stays
    /// as it was.
    pub(crate) fn upgrade(&self, at: &'static Location<'static>) {
        current::fed(self, at, |asked, task, lock, site| {
            if asked.engine.newest(task) == Some(lock) {
                let how = How::new(Mode::Exclusive).tried();
                asked.engine.feed(task, Event::Release { lock }, site);
                asked.engine.feed(task, Event::acquire(lock, how), site);
            }
        });
    }

    /// Waits until whoever has the lock has let go of it, and does not take it.
    pub(crate) fn sync(&self, mode: Mode, at: &'static Location<'static>) {
        current::fed(self, at, |asked, task, lock, site| {
            let event = Event::Sync {
                lock,
                subclass: 0,
                how: How::new(mode),
            };
            asked.engine.feed(task, event, site);
        });
    }

    /// The lock is as new.
    pub(crate) fn init(&self, at: &'static Location<'static>) {
        current::fed(self, at, |asked, task, lock, site| {
            asked.engine.feed(task, Event::Init { lock }, site);
        });
    }

    /// The lock is about to be released.
    #[inline]
    pub(crate) fn release<const SPINS: bool>(&self) {
        current::release::<SPINS>(self);
    }
}

/// Whether the thread holds the lock; nothing is known from within the checker.
pub(crate) fn is_held(identity: &Identity) -> Option<bool> {
    current::fed(identity, Location::caller(), |asked, task, lock, _| {
        Some(asked.engine.holds(task, lock))
    })
}

/// What a person knows the lock by.
pub(crate) fn name(identity: &Identity) -> String {
    identity.name().to_string()
}

impl Drop for Identity {
    fn drop(&mut self) {
        if self.kind.node.is_lock() && self.known.was_used() {
            current::freed(self);
        }
    }
}
