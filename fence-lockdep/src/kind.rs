//! What the types that people use tell the checker: what sort of lock something is, what its class is named after, how it is
//! taken, what a thread waits for.

use std::panic::Location;

use fence_engine::{ClassKind, Mode, WaitType};

use crate::check::Identity;

/// What sort of lock or node it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    pub(crate) node: ClassKind,
    pub(crate) waits: WaitType,
    /// Of a class of its own, as its place says nothing: made by `Default`, which a derive calls for all fields at one place.
    pub(crate) alone: bool,
}

impl Kind {
    /// A lock that sleeps.
    pub(crate) const SLEEPS: Self = Self::lock(WaitType::Sleep);
    /// A lock that spins, and sleeps on a preemptible kernel: `spinlock_t`, `rwlock_t`.
    pub(crate) const SPINS: Self = Self::lock(WaitType::Config);

    /// A lock that spins on every kernel: `raw_spinlock_t`.
    pub(crate) const SPINS_ALWAYS: Self = Self::lock(WaitType::Spin);

    const fn lock(waits: WaitType) -> Self {
        Self {
            node: ClassKind::Lock,
            waits,
            alone: false,
        }
    }

    /// Something that is waited for and no lock.
    pub(crate) const fn of(node: ClassKind) -> Self {
        Self {
            node,
            waits: WaitType::None,
            alone: false,
        }
    }

    /// The same of a class of its own.
    pub(crate) const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }
}

/// How a lock is taken, in full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taking<'a> {
    pub(crate) mode: Mode,
    pub(crate) tried: bool,
    pub(crate) subclass: u8,
    /// A lock that is held and serialises all of the class.
    pub(crate) nest: Option<&'a Identity>,
}

impl Taking<'_> {
    /// Exclusively, and nothing else to say.
    pub(crate) const EXCLUSIVE: Self = Self {
        mode: Mode::Exclusive,
        tried: false,
        subclass: 0,
        nest: None,
    };
}

/// What a class is named after.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name {
    /// The place where its locks are made.
    Site(&'static Location<'static>),
    /// A name that somebody chose.
    Chosen(&'static str),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Site(site) => site.fmt(f),
            Self::Chosen(name) => f.write_str(name),
        }
    }
}

/// What a thread waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Waits<'a> {
    /// A lock, until its holders are gone.
    Lock(&'a Identity),
    /// Anything that another thread may bring about: `what` says it, `event` is its number.
    Event {
        /// The same for all who wait for it.
        event: u64,
        /// In words.
        what: &'a str,
    },
    /// The end of another thread: as an event, but if nobody goes on, others are to give up first.
    End {
        /// Its number.
        event: u64,
    },
}

impl Waits<'_> {
    /// What for, in words.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Lock(identity) => format!("`{}`", identity.name()),
            Self::Event { what, .. } => (*what).to_owned(),
            Self::End { .. } => "the end of a thread".to_owned(),
        }
    }
}
