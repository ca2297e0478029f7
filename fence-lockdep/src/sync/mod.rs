//! Checked locks with the API of `parking_lot`.

mod completion;
mod condvar;
pub(crate) mod has_identity;
mod lazy_lock;
mod mutex;
mod newtypes;
mod raw;
mod rw_lock;
mod semaphore;
mod spin_lock;
pub(crate) mod wait_queue;
pub mod ww;

pub use completion::Completion;
pub use condvar::{Condvar, WaitTimeoutResult};
pub use has_identity::CheckedLock;
pub use lazy_lock::{LazyLock, OnceLock};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard};
#[cfg(feature = "check")]
pub(crate) use raw::RAW_FILE;
pub use raw::{Checked, CheckedRw};
pub use rw_lock::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
pub use semaphore::{Semaphore, SemaphoreGuard};
pub use spin_lock::{
    RawSpinLock, RawSpinLockGuard, RwSpinLock, RwSpinLockReadGuard, RwSpinLockWriteGuard, SpinLock,
    SpinLockGuard, SpinLockIrqGuard,
};
pub(crate) use wait_queue::WaitQueue;
