//! The sleeping lock.

use super::has_identity::CheckedLock;
use super::newtypes::constructors;
use super::raw::Checked;
use crate::check::Taking;

type Raw = Checked<parking_lot::RawMutex>;

/// Holds the mutex until it is dropped.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, Raw, T>;
/// Holds a mutex of which it shows a part.
pub type MappedMutexGuard<'a, T> = lock_api::MappedMutexGuard<'a, Raw, T>;

/// A sleeping lock, `struct mutex` of the kernel, as `parking_lot::Mutex`, except that a static needs `const_new`: what is not below is
/// [`lock_api::Mutex`]'s, which this dereferences to.
///
/// It is not poisoned by a panic, as `parking_lot`'s is not: the lock is released and the checker forgets that it was held.
///
/// ```
/// use fence_lockdep::sync::Mutex;
/// let ring = Mutex::new(vec![1]);
/// ring.lock().push(2);
/// assert_eq!(ring.into_inner(), [1, 2]);
/// ```
#[derive(Debug)]
#[doc(alias = "struct mutex")]
#[doc(alias = "mutex_init")]
pub struct Mutex<T: ?Sized>(lock_api::Mutex<Raw, T>);

constructors!(Mutex, Mutex, Raw);

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock as one of `subclass`, 1 to 7: of two locks of one class, the inner one. Sleeps.
    #[track_caller]
    #[doc(alias = "mutex_lock_nested")]
    pub fn lock_nested(&self, subclass: u8) -> MutexGuard<'_, T> {
        self.lock_as(Taking {
            subclass,
            ..Taking::EXCLUSIVE
        })
    }

    /// Takes the lock while `outer` is held, under which all locks of its class may be taken in any order. Sleeps.
    #[track_caller]
    #[doc(alias = "mutex_lock_nest_lock")]
    pub fn lock_under(&self, outer: &impl CheckedLock) -> MutexGuard<'_, T> {
        self.lock_as(Taking {
            nest: Some(outer.identity()),
            ..Taking::EXCLUSIVE
        })
    }

    #[track_caller]
    fn lock_as(&self, taking: Taking<'_>) -> MutexGuard<'_, T> {
        // SAFETY: the guard is made of a lock that was just taken.
        unsafe {
            self.0.raw().lock_as(taking);
            self.0.make_guard_unchecked()
        }
    }
}
