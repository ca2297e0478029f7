//! The spinning locks: what they are about is that nobody sleeps under them.

use super::newtypes::constructors;
use super::raw::{Checked, CheckedRw};
use crate::check::Taking;
use crate::irq::IrqDisabled;

type Raw = Checked<parking_lot::RawMutex, true>;
type RawRw = CheckedRw<parking_lot::RawRwLock, true>;

/// Holds the lock until it is dropped.
pub type SpinLockGuard<'a, T> = lock_api::MutexGuard<'a, Raw, T>;

/// Holds the lock, with interrupts off, until it is dropped.
#[derive(Debug)]
#[must_use = "the lock is released when this is dropped"]
pub struct SpinLockIrqGuard<'a, T: ?Sized> {
    // Dropped in this order.
    guard: SpinLockGuard<'a, T>,
    _irqs: IrqDisabled,
}

/// A lock that must not be held while sleeping and may be taken in interrupts, `spinlock_t` of the kernel. Preemption is off
/// while it is held. In user space it is a short critical section: it spins for a while and then parks.
///
/// The API is that of `parking_lot::Mutex`: what is not below is [`lock_api::Mutex`]'s, which this dereferences to.
///
/// ```
/// use fence_lockdep::{Session, might_sleep, sync::SpinLock};
/// let session = Session::new();
/// session.run(|| {
///     let doorbell = SpinLock::new(0);
///     let _held = doorbell.lock();
///     might_sleep();
/// });
/// session.expect("sleep-in-atomic");
/// ```
#[derive(Debug)]
#[doc(alias = "spinlock_t")]
pub struct SpinLock<T: ?Sized>(lock_api::Mutex<Raw, T>);

constructors!(SpinLock, Mutex, Raw);

impl<T: ?Sized> SpinLock<T> {
    /// Turns interrupts off and takes the lock: for locks that an interrupt handler takes too.
    #[track_caller]
    #[doc(alias = "spin_lock_irqsave")]
    pub fn lock_irq(&self) -> SpinLockIrqGuard<'_, T> {
        let irqs = IrqDisabled::new();
        SpinLockIrqGuard {
            guard: self.lock(),
            _irqs: irqs,
        }
    }

    /// Takes the lock as one of `subclass`, 1 to 7: of two locks of one class, the inner one.
    #[track_caller]
    #[doc(alias = "spin_lock_nested")]
    pub fn lock_nested(&self, subclass: u8) -> SpinLockGuard<'_, T> {
        let taking = Taking {
            subclass,
            ..Taking::EXCLUSIVE
        };
        // SAFETY: the guard is made of a lock that was just taken.
        unsafe {
            self.0.raw().lock_as(taking);
            self.0.make_guard_unchecked()
        }
    }
}

impl<T: ?Sized> std::ops::Deref for SpinLockIrqGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: ?Sized> std::ops::DerefMut for SpinLockIrqGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// Holds the lock for reading until it is dropped.
pub type RwSpinLockReadGuard<'a, T> = lock_api::RwLockReadGuard<'a, RawRw, T>;
/// Holds the lock for writing until it is dropped.
pub type RwSpinLockWriteGuard<'a, T> = lock_api::RwLockWriteGuard<'a, RawRw, T>;

/// A spinning reader-writer lock, `rwlock_t` of the kernel: readers in process context queue behind writers, readers in
/// interrupts do not. The API is [`lock_api::RwLock`]'s, which this dereferences to.
#[derive(Debug)]
#[doc(alias = "rwlock_t")]
pub struct RwSpinLock<T: ?Sized>(lock_api::RwLock<RawRw, T>);

constructors!(RwSpinLock, RwLock, RawRw);

type RawAlways = Checked<parking_lot::RawMutex, true, true>;

/// Holds the lock until it is dropped.
pub type RawSpinLockGuard<'a, T> = lock_api::MutexGuard<'a, RawAlways, T>;

/// A lock that spins on every kernel, `raw_spinlock_t`: under it, not even a [`SpinLock`] may be taken, which sleeps on a
/// preemptible kernel. The API is [`lock_api::Mutex`]'s, which this dereferences to.
///
/// ```
/// use fence_lockdep::{Session, sync::{RawSpinLock, SpinLock}};
/// let session = Session::new();
/// session.run(|| {
///     let (timer, list) = (RawSpinLock::new(()), SpinLock::new(()));
///     let _timer = timer.lock();
///     let _list = list.lock();
/// });
/// session.expect("invalid-wait-context");
/// ```
#[derive(Debug)]
#[doc(alias = "raw_spinlock_t")]
pub struct RawSpinLock<T: ?Sized>(lock_api::Mutex<RawAlways, T>);

constructors!(RawSpinLock, Mutex, RawAlways);
