//! Any raw lock as a checked one.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use fence_engine::Mode;
use lock_api::{
    GuardNoSend, RawMutex, RawMutexTimed, RawRwLock, RawRwLockDowngrade, RawRwLockRecursive,
    RawRwLockUpgrade, RawRwLockUpgradeDowngrade,
};

/// Where the constant of a raw lock is made, which says nothing of who uses it.
#[cfg_attr(not(feature = "check"), allow(dead_code))]
pub(crate) const RAW_FILE: &str = file!();

use crate::LockClass;
use crate::check::{self, Identity, Kind, Name, Taking, Waits};

/// A raw lock whose acquisitions are checked: the wrapper that makes a checked lock of any lock with the traits of
/// `lock_api`. With `SPINS`, one that must not be held while sleeping, as `spinlock_t` of the kernel; with `RAW` too, one
/// that spins on every kernel, as `raw_spinlock_t`.
///
/// ```
/// use fence_lockdep::sync::Checked;
/// type MyMutex<T> = lock_api::Mutex<Checked<parking_lot::RawMutex>, T>;
/// let mine = MyMutex::from_raw(Checked::new(), 1);
/// assert_eq!(*mine.lock(), 1);
/// ```
#[derive(Debug)]
pub struct Checked<R, const SPINS: bool = false, const RAW: bool = false> {
    raw: R,
    identity: Identity,
}

const fn kind(spins: bool, raw: bool) -> Kind {
    if raw {
        Kind::SPINS_ALWAYS
    } else if spins {
        Kind::SPINS
    } else {
        Kind::SLEEPS
    }
}

impl<R, const SPINS: bool, const RAW: bool> Checked<R, SPINS, RAW> {
    fn with(raw: R, name: Name) -> Self {
        Self {
            raw,
            identity: Identity::new(kind(SPINS, RAW), name),
        }
    }

    /// A lock of a class of its own.
    #[track_caller]
    fn alone(raw: R) -> Self {
        let kind = kind(SPINS, RAW).alone();
        Self {
            raw,
            identity: Identity::new(kind, Name::Site(Location::caller())),
        }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// Each is of a class of its own, as a derived `Default` makes all locks of a type at one place.
impl<R: RawMutex, const SPINS: bool, const RAW: bool> Default for Checked<R, SPINS, RAW> {
    #[track_caller]
    fn default() -> Self {
        Self::alone(R::INIT)
    }
}

impl<R: RawMutex, const SPINS: bool, const RAW: bool> Checked<R, SPINS, RAW> {
    /// An unlocked lock, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new() -> Self {
        Self::with(R::INIT, Name::Site(Location::caller()))
    }

    /// An unlocked lock of that class.
    pub fn with_class(class: LockClass) -> Self {
        Self::with(R::INIT, Name::Chosen(class.name()))
    }

    /// As [`Checked::new`], in a constant. In a [`Session`](crate::Session) it belongs to the session of the thread that
    /// uses it.
    #[track_caller]
    pub const fn const_new() -> Self {
        Self {
            raw: R::INIT,
            identity: Identity::of_process(kind(SPINS, RAW), Name::Site(Location::caller())),
        }
    }

    /// As [`Checked::with_class`], in a constant.
    pub const fn const_with_class(class: LockClass) -> Self {
        Self {
            raw: R::INIT,
            identity: Identity::of_process(kind(SPINS, RAW), Name::Chosen(class.name())),
        }
    }

    /// Takes the lock as `taking` says.
    #[track_caller]
    pub(crate) fn lock_as(&self, taking: Taking<'_>) {
        let at = Location::caller();
        self.identity.acquire_as::<SPINS>(taking, at);
        self.take(at, R::try_lock, R::lock);
    }
}

impl<R, const SPINS: bool, const RAW: bool> Checked<R, SPINS, RAW> {
    /// Takes the lock, which was told to be taken, at once or when it can be had.
    #[inline]
    fn take(
        &self,
        at: &'static Location<'static>,
        at_once: impl FnOnce(&R) -> bool,
        take: impl FnOnce(&R),
    ) {
        if !check::ON {
            take(&self.raw);
        } else if !at_once(&self.raw) {
            self.block(at, take);
        }
    }

    /// Tells that the lock was taken by trying. If that panics, as the options may want, `undo` gives the lock back.
    #[inline]
    fn tried(&self, mode: Mode, at: &'static Location<'static>, undo: unsafe fn(&R)) {
        let taken = Taken(&self.raw, undo);
        self.identity.acquire::<SPINS>(mode, true, at);
        std::mem::forget(taken);
    }

    /// Waits for the lock, which was told to be taken.
    #[cold]
    fn block(&self, at: &'static Location<'static>, take: impl FnOnce(&R)) {
        let told = Told::<SPINS>(&self.identity);
        let blocking = check::blocked(Waits::Lock(&self.identity), at);
        let outside = check::outside();
        take(&self.raw);
        drop(outside);
        drop(blocking);
        std::mem::forget(told);
    }

    /// Waits with a bound for the lock, which was told to be taken. Whether it has it.
    #[cold]
    fn block_for(&self, at: &'static Location<'static>, take: impl FnOnce(&R) -> bool) -> bool {
        let told = Told::<SPINS>(&self.identity);
        let blocking = check::blocked_for(Waits::Lock(&self.identity), at);
        let outside = check::outside();
        let taken = take(&self.raw);
        drop(outside);
        drop(blocking);
        if taken {
            std::mem::forget(told);
        }
        taken
    }
}

impl<R: RawMutex> Checked<R> {
    /// The lock will be [released for a wait](Checked::release_for_wait).
    pub(crate) fn tell_release(&self) {
        self.identity.release::<false>();
    }

    /// Releases the raw lock, and takes it again when the result is dropped.
    ///
    /// # Safety
    /// The caller holds the lock, and has told of its release.
    pub(crate) unsafe fn release_for_wait(&self, at: &'static Location<'static>) -> Relock<'_, R> {
        // SAFETY: the caller holds the lock.
        unsafe { self.raw.unlock() };
        Relock { lock: self, at }
    }
}

/// A lock that was released for a wait.
///
/// Its guard lives on and will unlock it: whatever happens, the raw lock is held when this is gone.
pub(crate) struct Relock<'a, R: RawMutex> {
    lock: &'a Checked<R>,
    at: &'static Location<'static>,
}

impl<R: RawMutex> Drop for Relock<'_, R> {
    fn drop(&mut self) {
        let Self { lock, at } = *self;
        let told = catch_unwind(AssertUnwindSafe(|| {
            lock.identity.acquire::<false>(Mode::Exclusive, false, at);
        }));
        if !lock.raw.try_lock() {
            let on = Waits::Lock(&lock.identity);
            let blocking = catch_unwind(AssertUnwindSafe(|| check::blocked(on, at)));
            if blocking.is_err() {
                // The panic has shown who waits for whom. This thread cannot give up, and nobody else can go on.
                std::process::abort();
            }
            let _outside = check::outside();
            lock.raw.lock();
            drop(blocking);
        }
        if let Err(panic) = told {
            if !std::thread::panicking() {
                resume_unwind(panic);
            }
        }
    }
}

/// A raw lock that was taken, and what gives it back.
struct Taken<'a, R>(&'a R, unsafe fn(&R));

impl<R> Drop for Taken<'_, R> {
    fn drop(&mut self) {
        // SAFETY: it was taken in the way that is undone here, and nobody was given a guard.
        unsafe { (self.1)(self.0) };
    }
}

/// A lock that was told to be taken and is not.
pub(super) struct Told<'a, const SPINS: bool>(pub(super) &'a Identity);

impl<const SPINS: bool> Drop for Told<'_, SPINS> {
    fn drop(&mut self) {
        self.0.release::<SPINS>();
    }
}

// SAFETY: exclusion is the raw lock's; the checker only looks on.
unsafe impl<R: RawMutex, const SPINS: bool, const RAW: bool> RawMutex for Checked<R, SPINS, RAW> {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "what the trait asks for"
    )]
    const INIT: Self = Self::const_new();
    type GuardMarker = GuardNoSend;

    #[inline]
    #[track_caller]
    fn lock(&self) {
        let at = Location::caller();
        self.identity.acquire::<SPINS>(Mode::Exclusive, false, at);
        self.take(at, R::try_lock, R::lock);
    }

    #[inline]
    #[track_caller]
    fn try_lock(&self) -> bool {
        let locked = self.raw.try_lock();
        if locked {
            self.tried(Mode::Exclusive, Location::caller(), R::unlock);
        }
        locked
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.identity.release::<SPINS>();
        // SAFETY: the caller holds the lock.
        unsafe { self.raw.unlock() };
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }
}

// SAFETY: as above.
unsafe impl<
    R: RawMutexTimed<Duration = Duration, Instant = Instant>,
    const SPINS: bool,
    const RAW: bool,
> RawMutexTimed for Checked<R, SPINS, RAW>
{
    type Duration = Duration;
    type Instant = Instant;

    #[track_caller]
    fn try_lock_for(&self, timeout: Duration) -> bool {
        let at = Location::caller();
        self.identity.acquire::<SPINS>(Mode::Exclusive, false, at);
        self.raw.try_lock() || self.block_for(at, |raw| raw.try_lock_for(timeout))
    }

    #[track_caller]
    fn try_lock_until(&self, timeout: Instant) -> bool {
        let at = Location::caller();
        self.identity.acquire::<SPINS>(Mode::Exclusive, false, at);
        self.raw.try_lock() || self.block_for(at, |raw| raw.try_lock_until(timeout))
    }
}

/// A raw reader-writer lock whose acquisitions are checked. With `SPINS`, `rwlock_t` of the kernel instead of an rwsem.
#[derive(Debug)]
pub struct CheckedRw<R, const SPINS: bool = false>(Checked<R, SPINS>);

/// Each is of a class of its own, as a derived `Default` makes all locks of a type at one place.
impl<R: RawRwLock, const SPINS: bool> Default for CheckedRw<R, SPINS> {
    #[track_caller]
    fn default() -> Self {
        Self(Checked::alone(R::INIT))
    }
}

impl<R: RawRwLock, const SPINS: bool> CheckedRw<R, SPINS> {
    /// An unlocked lock, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new() -> Self {
        Self(Checked::with(R::INIT, Name::Site(Location::caller())))
    }

    /// An unlocked lock of that class.
    pub fn with_class(class: LockClass) -> Self {
        Self(Checked::with(R::INIT, Name::Chosen(class.name())))
    }

    /// As [`CheckedRw::new`], in a constant. In a [`Session`](crate::Session) it belongs to the session of the thread that
    /// uses it.
    #[track_caller]
    pub const fn const_new() -> Self {
        Self(Checked {
            raw: R::INIT,
            identity: Identity::of_process(kind(SPINS, false), Name::Site(Location::caller())),
        })
    }

    /// As [`CheckedRw::with_class`], in a constant.
    pub const fn const_with_class(class: LockClass) -> Self {
        Self(Checked {
            raw: R::INIT,
            identity: Identity::of_process(kind(SPINS, false), Name::Chosen(class.name())),
        })
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Takes the lock for writing as `taking` says.
    #[track_caller]
    pub(crate) fn lock_as(&self, taking: Taking<'_>) {
        let at = Location::caller();
        self.0.identity.acquire_as::<SPINS>(taking, at);
        let exclusive = taking.mode == Mode::Exclusive;
        let taken = if exclusive {
            self.0.raw.try_lock_exclusive()
        } else {
            self.0.raw.try_lock_shared()
        };
        if !taken && exclusive {
            self.0.block(at, RawRwLock::lock_exclusive);
        } else if !taken {
            self.0.block(at, RawRwLock::lock_shared);
        }
    }

    /// Readers of a spinning lock that come in an interrupt never queue behind a writer.
    #[inline]
    fn read_mode() -> Mode {
        if SPINS && check::in_interrupt() {
            Mode::RecursiveRead
        } else {
            Mode::Read
        }
    }
}

// SAFETY: exclusion is the raw lock's; the checker only looks on.
unsafe impl<R: RawRwLock, const SPINS: bool> RawRwLock for CheckedRw<R, SPINS> {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "what the trait asks for"
    )]
    const INIT: Self = Self::const_new();
    type GuardMarker = GuardNoSend;

    #[inline]
    #[track_caller]
    fn lock_shared(&self) {
        let at = Location::caller();
        self.0
            .identity
            .acquire::<SPINS>(Self::read_mode(), false, at);
        self.0.take(at, R::try_lock_shared, R::lock_shared);
    }

    #[inline]
    #[track_caller]
    fn try_lock_shared(&self) -> bool {
        let locked = self.0.raw.try_lock_shared();
        if locked {
            self.0
                .tried(Self::read_mode(), Location::caller(), R::unlock_shared);
        }
        locked
    }

    #[inline]
    unsafe fn unlock_shared(&self) {
        self.0.identity.release::<SPINS>();
        // SAFETY: the caller holds the lock for reading.
        unsafe { self.0.raw.unlock_shared() };
    }

    #[inline]
    #[track_caller]
    fn lock_exclusive(&self) {
        let at = Location::caller();
        self.0.identity.acquire::<SPINS>(Mode::Exclusive, false, at);
        self.0.take(at, R::try_lock_exclusive, R::lock_exclusive);
    }

    #[inline]
    #[track_caller]
    fn try_lock_exclusive(&self) -> bool {
        let locked = self.0.raw.try_lock_exclusive();
        if locked {
            self.0
                .tried(Mode::Exclusive, Location::caller(), R::unlock_exclusive);
        }
        locked
    }

    #[inline]
    unsafe fn unlock_exclusive(&self) {
        self.0.identity.release::<SPINS>();
        // SAFETY: the caller holds the lock for writing.
        unsafe { self.0.raw.unlock_exclusive() };
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.0.raw.is_locked()
    }

    #[inline]
    fn is_locked_exclusive(&self) -> bool {
        self.0.raw.is_locked_exclusive()
    }
}

// SAFETY: as above.
unsafe impl<R: RawRwLockRecursive, const SPINS: bool> RawRwLockRecursive for CheckedRw<R, SPINS> {
    #[track_caller]
    fn lock_shared_recursive(&self) {
        let at = Location::caller();
        self.0
            .identity
            .acquire::<SPINS>(Mode::RecursiveRead, false, at);
        self.0
            .take(at, R::try_lock_shared_recursive, R::lock_shared_recursive);
    }

    #[track_caller]
    fn try_lock_shared_recursive(&self) -> bool {
        let locked = self.0.raw.try_lock_shared_recursive();
        if locked {
            self.0
                .tried(Mode::RecursiveRead, Location::caller(), R::unlock_shared);
        }
        locked
    }
}

// SAFETY: as above.
unsafe impl<R: RawRwLockDowngrade, const SPINS: bool> RawRwLockDowngrade for CheckedRw<R, SPINS> {
    #[track_caller]
    unsafe fn downgrade(&self) {
        self.0.identity.downgrade(Location::caller());
        // SAFETY: the caller holds the lock for writing.
        unsafe { self.0.raw.downgrade() };
    }
}

// An upgradable reader waits and is waited for like a reader that queues behind writers. When it becomes a writer it holds
// the lock as one. That it then waits for other readers, under what it took meanwhile, is no edge: where only upgradable
// readers take that too, of whom there is one at a time, the edge would be a cycle that cannot hang.
// SAFETY: as above.
unsafe impl<R: RawRwLockUpgrade, const SPINS: bool> RawRwLockUpgrade for CheckedRw<R, SPINS> {
    #[track_caller]
    fn lock_upgradable(&self) {
        let at = Location::caller();
        self.0.identity.acquire::<SPINS>(Mode::Read, false, at);
        self.0.take(at, R::try_lock_upgradable, R::lock_upgradable);
    }

    #[track_caller]
    fn try_lock_upgradable(&self) -> bool {
        let locked = self.0.raw.try_lock_upgradable();
        if locked {
            self.0
                .tried(Mode::Read, Location::caller(), R::unlock_upgradable);
        }
        locked
    }

    unsafe fn unlock_upgradable(&self) {
        self.0.identity.release::<SPINS>();
        // SAFETY: the caller holds the lock as upgradable reader.
        unsafe { self.0.raw.unlock_upgradable() };
    }

    #[track_caller]
    unsafe fn upgrade(&self) {
        let at = Location::caller();
        // SAFETY: the caller holds the lock as upgradable reader.
        if !unsafe { self.0.raw.try_upgrade() } {
            let blocking = check::blocked(Waits::Lock(&self.0.identity), at);
            let outside = check::outside();
            // SAFETY: the caller holds the lock as upgradable reader.
            unsafe { self.0.raw.upgrade() };
            drop(outside);
            drop(blocking);
        }
        self.0.identity.upgrade(at);
    }

    #[track_caller]
    unsafe fn try_upgrade(&self) -> bool {
        // SAFETY: the caller holds the lock as upgradable reader.
        let upgraded = unsafe { self.0.raw.try_upgrade() };
        if upgraded {
            self.0.identity.upgrade(Location::caller());
        }
        upgraded
    }
}

// SAFETY: as above.
unsafe impl<R: RawRwLockUpgradeDowngrade, const SPINS: bool> RawRwLockUpgradeDowngrade
    for CheckedRw<R, SPINS>
{
    unsafe fn downgrade_upgradable(&self) {
        // SAFETY: the caller holds the lock as upgradable reader.
        unsafe { self.0.raw.downgrade_upgradable() };
    }

    #[track_caller]
    unsafe fn downgrade_to_upgradable(&self) {
        self.0.identity.downgrade(Location::caller());
        // SAFETY: the caller holds the lock for writing.
        unsafe { self.0.raw.downgrade_to_upgradable() };
    }
}
