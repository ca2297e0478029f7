//! The sleeping reader-writer lock.

use fence_engine::Mode;

use super::newtypes::constructors;
use super::raw::CheckedRw;
use crate::check::Taking;

type Raw = CheckedRw<parking_lot::RawRwLock>;

/// Holds the lock for reading until it is dropped.
pub type RwLockReadGuard<'a, T> = lock_api::RwLockReadGuard<'a, Raw, T>;
/// Holds the lock for writing until it is dropped.
pub type RwLockWriteGuard<'a, T> = lock_api::RwLockWriteGuard<'a, Raw, T>;
/// Holds the lock for reading, and may become a writer.
pub type RwLockUpgradableReadGuard<'a, T> = lock_api::RwLockUpgradableReadGuard<'a, Raw, T>;

/// A sleeping reader-writer lock, `struct rw_semaphore` of the kernel, as `parking_lot::RwLock`, except that a static needs `const_new` and that reads and writes have no timeout: what is not
/// below is [`lock_api::RwLock`]'s, which this dereferences to.
///
/// Readers queue behind writers, so two reads of one lock in one thread can hang, and are a finding; `read_recursive` is the
/// read that does not queue. An upgradable read counts as a read.
///
/// ```
/// use fence_lockdep::{Session, sync::RwLock};
/// let session = Session::new();
/// session.run(|| {
///     let map = RwLock::new(0);
///     let _one = map.read();
///     let _two = map.read();
/// });
/// session.expect("recursive-lock");
/// ```
#[derive(Debug)]
#[doc(alias = "struct rw_semaphore")]
pub struct RwLock<T: ?Sized>(lock_api::RwLock<Raw, T>);

constructors!(RwLock, RwLock, Raw);

impl<T: ?Sized> RwLock<T> {
    /// Takes the lock for reading as one of `subclass`, 1 to 7: of two locks of one class, the inner one. Sleeps.
    #[track_caller]
    #[doc(alias = "down_read_nested")]
    pub fn read_nested(&self, subclass: u8) -> RwLockReadGuard<'_, T> {
        let taking = Taking {
            mode: Mode::Read,
            subclass,
            ..Taking::EXCLUSIVE
        };
        // SAFETY: the guard is made of a lock that was just taken.
        unsafe {
            self.0.raw().lock_as(taking);
            self.0.make_read_guard_unchecked()
        }
    }

    /// Takes the lock for writing as one of `subclass`, 1 to 7: of two locks of one class, the inner one. Sleeps.
    #[track_caller]
    #[doc(alias = "down_write_nested")]
    pub fn write_nested(&self, subclass: u8) -> RwLockWriteGuard<'_, T> {
        let taking = Taking {
            subclass,
            ..Taking::EXCLUSIVE
        };
        // SAFETY: the guard is made of a lock that was just taken.
        unsafe {
            self.0.raw().lock_as(taking);
            self.0.make_write_guard_unchecked()
        }
    }
}
