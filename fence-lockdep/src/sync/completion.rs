//! A completion.

use std::panic::Location;
use std::time::{Duration, Instant};

use fence_engine::{ClassKind, Event};

use super::wait_queue::WaitQueue;
use crate::LockClass;
use crate::check::{self, Identity, Kind, Name};

/// Something that happens once for each waiter, or for all at once: `struct completion` of the kernel.
///
/// Whoever waits under a lock that the completing thread holds, or needs first, is found to deadlock.
///
/// ```
/// use fence_lockdep::{Session, sync::{Completion, Mutex}};
/// let session = Session::new();
/// session.run(|| {
///     let (lock, idle) = (Mutex::new(()), Completion::new());
///     {
///         let _held = lock.lock();
///         idle.complete();
///     }
///     let _held = lock.lock();
///     idle.wait(); // had it not happened before, it never would
/// });
/// session.expect("lock-order-cycle");
/// ```
#[derive(Debug)]
#[doc(alias = "struct completion")]
#[doc(alias = "init_completion")]
pub struct Completion {
    /// How many may still go on.
    done: WaitQueue<usize>,
    identity: Identity,
}

/// What `complete_all()` leaves: nobody waits any more.
const ALL: usize = usize::MAX;

impl Completion {
    /// A completion that has not happened, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new() -> Self {
        Self::named(Name::Site(Location::caller()))
    }

    /// The same of that class.
    pub fn with_class(class: impl Into<LockClass>) -> Self {
        Self::named(Name::Chosen(class.into().name()))
    }

    fn named(name: Name) -> Self {
        Self {
            done: WaitQueue::new(0),
            identity: Identity::new(Kind::of(ClassKind::Event), name),
        }
    }

    /// Waits until it has happened. Sleeps.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "wait_for_completion")]
    pub fn wait(&self) {
        self.wait_at(None, Location::caller());
    }

    /// As [`Completion::wait`], no longer than this. Whether it has happened.
    #[track_caller]
    #[doc(alias = "wait_for_completion_timeout")]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let until = Instant::now().checked_add(timeout);
        self.wait_at(until, Location::caller())
    }

    /// Goes on if it has happened already. Whether it has. Any context.
    #[doc(alias = "try_wait_for_completion")]
    pub fn try_wait(&self) -> bool {
        take(&mut self.done.lock())
    }

    /// It happens: one waiter goes on, now or later. Any context.
    #[track_caller]
    pub fn complete(&self) {
        self.tell(Location::caller());
        let mut done = self.done.lock();
        if *done != ALL && !done.wake_one() {
            *done += 1;
        }
    }

    /// It happens for all, now and until [`Completion::reinit`]. Any context.
    #[track_caller]
    pub fn complete_all(&self) {
        self.tell(Location::caller());
        let mut done = self.done.lock();
        *done = ALL;
        done.wake_all();
    }

    /// It has not happened. Nobody may be waiting.
    #[doc(alias = "reinit_completion")]
    pub fn reinit(&self) {
        *self.done.lock() = 0;
    }

    fn tell(&self, at: &'static Location<'static>) {
        check::fed(&self.identity, at, |asked, task, lock, site| {
            let node = lock.class;
            asked.engine.feed(task, Event::Complete { node }, site);
        });
    }

    fn wait_at(&self, until: Option<Instant>, at: &'static Location<'static>) -> bool {
        check::fed(&self.identity, at, |asked, task, lock, site| {
            let event = Event::WaitFor {
                node: lock.class,
                sleeps: true,
            };
            asked.engine.feed(task, event, site);
        });
        let mut done = self.done.lock();
        take(&mut done) || done.wait("a completion", until, at).is_some()
    }
}

fn take(done: &mut usize) -> bool {
    match *done {
        0 => return false,
        ALL => {}
        _ => *done -= 1,
    }
    true
}

/// Each is of a class of its own, as a derived `Default` makes all of a type at one place.
impl Default for Completion {
    #[track_caller]
    fn default() -> Self {
        let kind = Kind::of(ClassKind::Event).alone();
        Self {
            done: WaitQueue::new(0),
            identity: Identity::new(kind, Name::Site(Location::caller())),
        }
    }
}
