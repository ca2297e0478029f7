//! A counting semaphore.

use std::marker::PhantomData;
use std::panic::Location;

use fence_engine::Mode;

use super::raw::Told;
use super::wait_queue::WaitQueue;
use crate::LockClass;
use crate::check::{Identity, Kind, Name};

/// A counting semaphore, `struct semaphore` of the kernel, which its lockdep does not see.
///
/// With one permit it is a lock to the checker. With more, who holds a permit keeps nobody out by himself, so only what the
/// wait itself may do is checked: it sleeps. A permit that one thread takes and another gives back goes through
/// [`Semaphore::down`] and [`Semaphore::up`]; then the wait is checked and no thread is held to have it.
///
/// ```
/// use fence_lockdep::sync::Semaphore;
/// let slots = Semaphore::new(2);
/// let first = slots.acquire();
/// let second = slots.try_acquire();
/// assert!(second.is_some() && slots.try_acquire().is_none());
/// ```
#[derive(Debug)]
#[doc(alias = "struct semaphore")]
#[doc(alias = "sema_init")]
pub struct Semaphore {
    permits: WaitQueue<usize>,
    identity: Identity,
    mode: Mode,
}

/// A permit, given back when this is dropped, on the thread that took it.
#[derive(Debug)]
#[must_use = "the permit is given back when this is dropped"]
pub struct SemaphoreGuard<'a>(&'a Semaphore, PhantomData<*mut ()>);

impl Semaphore {
    /// A semaphore with so many permits, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        Self::named(permits, Name::Site(Location::caller()))
    }

    /// The same of that class.
    pub fn with_class(class: impl Into<LockClass>, permits: usize) -> Self {
        Self::named(permits, Name::Chosen(class.into().name()))
    }

    fn named(permits: usize, name: Name) -> Self {
        Self {
            permits: WaitQueue::new(permits),
            identity: Identity::new(Kind::SLEEPS, name),
            mode: if permits == 1 {
                Mode::Exclusive
            } else {
                Mode::RecursiveRead
            },
        }
    }

    /// Takes a permit, and sleeps until there is one.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    pub fn acquire(&self) -> SemaphoreGuard<'_> {
        let at = Location::caller();
        self.identity.acquire::<false>(self.mode, false, at);
        let told = Told::<false>(&self.identity);
        self.take(at);
        std::mem::forget(told);
        SemaphoreGuard(self, PhantomData)
    }

    /// Takes a permit if there is one.
    #[track_caller]
    #[doc(alias = "down_trylock")]
    pub fn try_acquire(&self) -> Option<SemaphoreGuard<'_>> {
        let taken = self.try_take();
        taken.then(|| {
            self.identity
                .acquire::<false>(self.mode, true, Location::caller());
            SemaphoreGuard(self, PhantomData)
        })
    }

    /// Takes a permit that any thread may give back, and sleeps until there is one.
    ///
    /// # Panics
    /// As [`Semaphore::acquire`].
    #[track_caller]
    pub fn down(&self) {
        let at = Location::caller();
        self.identity.sync(self.mode, at);
        self.take(at);
    }

    /// Gives a permit back, or adds one. Any context.
    pub fn up(&self) {
        let mut permits = self.permits.lock();
        if !permits.wake_one() {
            *permits += 1;
        }
    }

    fn try_take(&self) -> bool {
        let mut permits = self.permits.lock();
        let any = *permits > 0;
        if any {
            *permits -= 1;
        }
        any
    }

    fn take(&self, at: &'static Location<'static>) {
        let mut permits = self.permits.lock();
        if *permits > 0 {
            *permits -= 1;
        } else {
            let _ = permits.wait("a semaphore", None, at);
        }
    }
}

impl Drop for SemaphoreGuard<'_> {
    fn drop(&mut self) {
        self.0.identity.release::<false>();
        self.0.up();
    }
}
