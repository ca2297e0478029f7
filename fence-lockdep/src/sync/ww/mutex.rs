//! Ww mutexes and their guards.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use super::class::WwClass;
use super::context::AcquireCtx;
use super::error::WwError;
use super::raw::RawWwMutex;
use crate::check::Identity;
use crate::sync::has_identity::{CheckedLock, HasIdentity};

/// A sleeping lock of which a thread may hold many of one class, taken in any order with one [`AcquireCtx`].
///
/// See [the module](super) for how, and [`LockSet`](super::LockSet) for the easy way. A waiter gets the lock in its turn:
/// nobody overtakes it but older contexts. It is not poisoned by a panic.
///
/// ```
/// use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};
/// static PLANES: WwClass = WwClass::wound_wait("plane");
/// let (cursor, overlay) = (WwMutex::new(&PLANES, 0), WwMutex::new(&PLANES, 0));
/// let ctx = AcquireCtx::new(&PLANES);
/// let mut overlay_held = overlay.lock(&ctx)?;
/// let cursor_held = match cursor.lock(&ctx) {
///     Err(WwError::Deadlock) => {
///         drop(overlay_held);
///         let cursor_held = cursor.lock_slow(&ctx);
///         overlay_held = overlay.lock(&ctx)?; // and again from the start if that is refused
///         cursor_held
///     }
///     other => other?,
/// };
/// *overlay_held = *cursor_held + 1;
/// # Ok::<(), WwError>(())
/// ```
#[doc(alias = "ww_mutex")]
pub struct WwMutex<T: ?Sized> {
    raw: RawWwMutex,
    value: UnsafeCell<T>,
}

// SAFETY: the value goes where the mutex goes.
unsafe impl<T: ?Sized + Send> Send for WwMutex<T> {}
// SAFETY: whoever has the lock has the value to himself; it passes from thread to thread with it.
unsafe impl<T: ?Sized + Send> Sync for WwMutex<T> {}

/// Holds a [`WwMutex`] until it is dropped, on the thread that took it.
#[must_use = "the lock is released when this is dropped"]
pub struct WwMutexGuard<'a, T: ?Sized> {
    mutex: &'a WwMutex<T>,
    ctx: Option<&'a AcquireCtx>,
    _thread: PhantomData<*mut ()>,
}

// SAFETY: it gives what a `&T` gives, and its context is not reached through it.
unsafe impl<T: ?Sized + Sync> Sync for WwMutexGuard<'_, T> {}

impl<T> WwMutex<T> {
    /// An unlocked mutex of that class.
    #[doc(alias = "ww_mutex_init")]
    pub fn new(class: &WwClass, value: T) -> Self {
        Self {
            raw: RawWwMutex::new(class),
            value: UnsafeCell::new(value),
        }
    }

    /// As [`WwMutex::new`], for statics. In a [`Session`](crate::Session) it belongs to the session of the thread that uses
    /// it.
    pub const fn const_new(class: &WwClass, value: T) -> Self {
        Self {
            raw: RawWwMutex::const_new(class),
            value: UnsafeCell::new(value),
        }
    }

    /// The value, of a mutex that nobody else has.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> WwMutex<T> {
    /// Takes the lock with `ctx`. Sleeps.
    ///
    /// # Errors
    /// [`WwError::Deadlock`] if `ctx` holds other mutexes and to wait could deadlock: all of them have to be released, and
    /// this one taken first. [`WwError::Already`] if `ctx` holds this one.
    ///
    /// # Panics
    /// With debug assertions, if after a refusal the next lock taken is another one, or is taken while others are still
    /// held. If the wait is found never to end; only one without other mutexes held is looked at.
    #[track_caller]
    #[doc(alias = "ww_mutex_lock")]
    pub fn lock<'a>(&'a self, ctx: &'a AcquireCtx) -> Result<WwMutexGuard<'a, T>, WwError> {
        self.raw.lock(Some(ctx), false, Location::caller())?;
        Ok(self.guard(Some(ctx)))
    }

    /// As [`WwMutex::lock`], and the wait may be [interrupted](super::Interrupter).
    ///
    /// # Errors
    /// As [`WwMutex::lock`], and [`WwError::Interrupted`].
    ///
    /// # Panics
    /// With debug assertions, as [`WwMutex::lock`].
    #[track_caller]
    #[doc(alias = "ww_mutex_lock_interruptible")]
    pub fn lock_interruptible<'a>(
        &'a self,
        ctx: &'a AcquireCtx,
    ) -> Result<WwMutexGuard<'a, T>, WwError> {
        self.raw.lock(Some(ctx), true, Location::caller())?;
        Ok(self.guard(Some(ctx)))
    }

    /// Takes the lock that `ctx` was refused, once it has released all others. Sleeps, and always gets the lock.
    ///
    /// # Panics
    /// If `ctx` holds anything. With debug assertions, if it was another lock that it was refused. If the wait is found never
    /// to end.
    #[track_caller]
    #[doc(alias = "ww_mutex_lock_slow")]
    pub fn lock_slow<'a>(&'a self, ctx: &'a AcquireCtx) -> WwMutexGuard<'a, T> {
        let taken = self.raw.lock_slow(ctx, false, Location::caller());
        // A context that holds nothing is refused nothing; the guard relies on it.
        assert_eq!(taken, Ok(()));
        self.guard(Some(ctx))
    }

    /// As [`WwMutex::lock_slow`], and the wait may be [interrupted](super::Interrupter).
    ///
    /// # Errors
    /// [`WwError::Interrupted`], and no other.
    ///
    /// # Panics
    /// As [`WwMutex::lock_slow`].
    #[track_caller]
    #[doc(alias = "ww_mutex_lock_slow_interruptible")]
    pub fn lock_slow_interruptible<'a>(
        &'a self,
        ctx: &'a AcquireCtx,
    ) -> Result<WwMutexGuard<'a, T>, WwError> {
        self.raw.lock_slow(ctx, true, Location::caller())?;
        Ok(self.guard(Some(ctx)))
    }

    /// Takes the lock for itself, as an ordinary mutex: no second of its class may be held. Sleeps.
    ///
    /// # Panics
    /// If the wait is found never to end.
    #[track_caller]
    pub fn lock_without_context(&self) -> WwMutexGuard<'_, T> {
        let taken = self.raw.lock(None, false, Location::caller());
        // Without a context there is nobody to refuse; the guard relies on it.
        assert_eq!(taken, Ok(()));
        self.guard(None)
    }

    /// Takes the lock if it is free, with `ctx` or for itself. Does not sleep.
    ///
    /// # Panics
    /// With debug assertions, as [`WwMutex::lock`].
    #[track_caller]
    #[doc(alias = "ww_mutex_trylock")]
    pub fn try_lock<'a>(&'a self, ctx: Option<&'a AcquireCtx>) -> Option<WwMutexGuard<'a, T>> {
        let taken = self.raw.try_lock(ctx, Location::caller());
        taken.then(|| self.guard(ctx))
    }

    /// Whether anybody has the lock.
    #[doc(alias = "ww_mutex_is_locked")]
    pub fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }

    /// Whether `ctx` has the lock.
    pub fn is_locked_by(&self, ctx: &AcquireCtx) -> bool {
        self.raw.is_locked_by(ctx)
    }

    /// How many threads wait for the lock, as long as it lasts: for tests that need to know who waits before they go on.
    pub fn waiters(&self) -> usize {
        self.raw.waiters()
    }

    /// The value, of a mutex that nobody else has.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    pub(super) fn raw(&self) -> &RawWwMutex {
        &self.raw
    }

    /// The value, for one who has the lock.
    pub(super) fn value(&self) -> *mut T {
        self.value.get()
    }

    /// The guard of the lock, which was taken with `ctx` and has no other.
    pub(super) fn guard<'a>(&'a self, ctx: Option<&'a AcquireCtx>) -> WwMutexGuard<'a, T> {
        WwMutexGuard {
            mutex: self,
            ctx,
            _thread: PhantomData,
        }
    }
}

impl<T: ?Sized> HasIdentity for WwMutex<T> {
    fn identity(&self) -> &Identity {
        self.raw.identity()
    }
}

impl<T: ?Sized> CheckedLock for WwMutex<T> {}

impl<T: ?Sized> fmt::Debug for WwMutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WwMutex")
            .field("class", &self.raw.class().name())
            .field("locked", &self.is_locked())
            .finish_non_exhaustive()
    }
}

impl<T: ?Sized> Deref for WwMutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard has the lock, and is borrowed for as long as the value.
        unsafe { &*self.mutex.value() }
    }
}

impl<T: ?Sized> DerefMut for WwMutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard has the lock, and is borrowed for itself for as long as the value.
        unsafe { &mut *self.mutex.value() }
    }
}

impl<T: ?Sized> Drop for WwMutexGuard<'_, T> {
    #[doc(alias = "ww_mutex_unlock")]
    fn drop(&mut self) {
        self.mutex.raw.unlock(self.ctx);
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for WwMutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for WwMutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
