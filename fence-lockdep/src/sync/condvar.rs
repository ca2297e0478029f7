//! A condition variable.

use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

use fence_engine::{ClassKind, Event};

use super::MutexGuard;
use super::wait_queue::WaitQueue;
use crate::LockClass;
use crate::check::{self, Identity, Kind, Name};

/// Whether a wait ended because its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether it did.
    pub const fn timed_out(self) -> bool {
        self.0
    }
}

/// A condition variable for [`Mutex`](super::Mutex), with the API of `parking_lot::Condvar`.
///
/// A wait sleeps, and is a wait like any other: a finding in atomic context or in a signalling section. The mutex is
/// released for it, other locks stay held. Who notifies is not compared with what waiters hold: a condition may become
/// true in more than one way. For a wait that one known place ends, [`Completion`](super::Completion) says more.
///
/// ```
/// use fence_lockdep::sync::{Condvar, Mutex};
/// use std::sync::Arc;
/// let ready = Arc::new((Mutex::new(false), Condvar::new()));
/// let other = Arc::clone(&ready);
/// let thread = fence_lockdep::thread::spawn(move || {
///     *other.0.lock() = true;
///     other.1.notify_one();
/// });
/// let mut guard = ready.0.lock();
/// ready.1.wait_while(&mut guard, |ready| !*ready);
/// assert!(*guard);
/// # drop(guard);
/// # thread.join().unwrap();
/// ```
#[doc(alias = "wait_queue_head_t")]
pub struct Condvar {
    waiters: WaitQueue<()>,
    identity: Identity,
}

impl Condvar {
    /// A condition variable that nobody waits for.
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
            waiters: WaitQueue::new(()),
            identity: Identity::new(Kind::of(ClassKind::Event), name),
        }
    }

    /// Releases the mutex, waits to be notified, and takes it again. Sleeps.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>) {
        self.wait_at(guard, None, Location::caller());
    }

    /// Waits as long as `condition` holds, as [`Condvar::wait`].
    ///
    /// # Panics
    /// As [`Condvar::wait`].
    #[track_caller]
    pub fn wait_while<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(&mut **guard) {
            self.wait(guard);
        }
    }

    /// As [`Condvar::wait`], no longer than this.
    #[track_caller]
    pub fn wait_for<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        timeout: Duration,
    ) -> WaitTimeoutResult {
        let until = Instant::now().checked_add(timeout);
        self.wait_at(guard, until, Location::caller())
    }

    /// As [`Condvar::wait`], not beyond this moment.
    #[track_caller]
    pub fn wait_until<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        until: Instant,
    ) -> WaitTimeoutResult {
        self.wait_at(guard, Some(until), Location::caller())
    }

    /// Lets one waiter go on. Whether there was one. Any context.
    pub fn notify_one(&self) -> bool {
        self.waiters.lock().wake_one()
    }

    /// Lets all waiters go on. How many there were. Any context.
    pub fn notify_all(&self) -> usize {
        self.waiters.lock().wake_all()
    }

    fn wait_at<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        until: Option<Instant>,
        at: &'static Location<'static>,
    ) -> WaitTimeoutResult {
        // SAFETY: the raw lock is held by the guard, and is again when `relock` is gone, however that comes.
        let mutex = unsafe { MutexGuard::mutex(guard).raw() };
        // All that is told comes before the queue is locked: an interrupt that is served then may notify.
        check::fed(&self.identity, at, |asked, task, lock, site| {
            let event = Event::WaitFor {
                node: lock.class,
                sleeps: true,
            };
            asked.engine.feed(task, event, site);
        });
        mutex.tell_release();
        // Under the queue's lock, so that nobody notifies between the release and the wait.
        let waiters = self.waiters.lock();
        // SAFETY: as above.
        let relock = unsafe { mutex.release_for_wait(at) };
        let told = waiters.wait("a condition variable", until, at).is_some();
        drop(relock);
        WaitTimeoutResult(!told)
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
