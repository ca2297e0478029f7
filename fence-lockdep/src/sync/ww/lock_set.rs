//! Many ww mutexes at once: tries, backs off and tries again until all are held.

use std::panic::Location;

use super::class::WwClass;
use super::context::AcquireCtx;
use super::error::WwError;
use super::mutex::{WwMutex, WwMutexGuard};
use super::raw::RawWwMutex;

/// Takes many [`WwMutex`]es of a class, whatever their order: an acquire context, and the loop that backs off.
///
/// There is no way to get the order of things wrong: mutexes can be taken only while it [tries](Locking), what they guard
/// can be changed only once [all are held](Locked), and both end with it. See [the module](super) for an example.
#[derive(Debug)]
#[must_use = "it takes its locks in `lock_all`"]
#[doc(alias = "drm_exec")]
pub struct LockSet {
    ctx: AcquireCtx,
    ignores_duplicates: bool,
}

impl LockSet {
    /// A set of no mutexes yet. Its acquire context begins here.
    #[track_caller]
    #[doc(alias = "drm_exec_init")]
    pub fn new(class: &WwClass) -> Self {
        Self {
            ctx: AcquireCtx::new(class),
            ignores_duplicates: false,
        }
    }

    /// A mutex that is asked for twice is no error.
    #[doc(alias = "DRM_EXEC_IGNORE_DUPLICATES")]
    pub fn ignore_duplicates(mut self) -> Self {
        self.ignores_duplicates = true;
        self
    }

    /// Backs off now and then for no reason, see [`AcquireCtx::inject_deadlocks`].
    pub fn inject_deadlocks(self, seed: u64) -> Self {
        self.ctx.inject_deadlocks(seed);
        self
    }

    /// Runs `lock` until it was refused no mutex, and then `then`, with all that `lock` has taken. Sleeps.
    ///
    /// Each time a mutex is refused everything is released, that mutex is waited for, and `lock` runs again from its start:
    /// it must be able to. What `then` gives is given back once all is released.
    ///
    /// # Errors
    /// The error of `lock`, if that gives one without having been refused: [`WwError::Already`] where a mutex was asked for
    /// twice.
    ///
    /// # Panics
    /// If the wait for a refused mutex is found never to end.
    #[track_caller]
    #[doc(alias = "drm_exec_until_all_locked")]
    pub fn lock_all<'a, R>(
        self,
        mut lock: impl FnMut(&mut Locking<'_, 'a>) -> Result<(), WwError>,
        then: impl FnOnce(&mut Locked<'_, 'a>) -> R,
    ) -> Result<R, WwError> {
        let mut set = Locking {
            held: Held {
                ctx: &self.ctx,
                mutexes: Vec::new(),
            },
            ahead: None,
            refused: None,
            ignores_duplicates: self.ignores_duplicates,
        };
        loop {
            let result = lock(&mut set);
            match set.refused.take() {
                Some((raw, at)) => set.back_off(raw, at)?,
                None => break result?,
            }
        }
        if let Some(unasked) = set.ahead {
            set.held.release(unasked);
        }
        Ok(then(&mut Locked(set.held)))
    }
}

/// Mutexes of one context, released with it.
#[derive(Debug)]
struct Held<'s, 'a: 's> {
    ctx: &'s AcquireCtx,
    mutexes: Vec<&'a RawWwMutex>,
}

impl Held<'_, '_> {
    fn place(&self, raw: &RawWwMutex) -> Option<usize> {
        self.mutexes
            .iter()
            .position(|held| std::ptr::eq(*held, raw))
    }

    /// Takes the mutex out of the set. Whether it was there.
    fn remove(&mut self, raw: &RawWwMutex) -> bool {
        let place = self.place(raw);
        if let Some(place) = place {
            self.mutexes.remove(place);
        }
        place.is_some()
    }

    fn release(&mut self, raw: &RawWwMutex) {
        if self.remove(raw) {
            raw.unlock(Some(self.ctx));
        }
    }

    fn release_all(&mut self) {
        while let Some(raw) = self.mutexes.pop() {
            raw.unlock(Some(self.ctx));
        }
    }

    #[track_caller]
    fn check<T: ?Sized>(&self, mutex: &WwMutex<T>) {
        let held = self.place(mutex.raw()).is_some();
        assert!(held, "a ww mutex that the lock set does not hold");
    }

    #[track_caller]
    fn get<T: ?Sized>(&self, mutex: &WwMutex<T>) -> &T {
        self.check(mutex);
        // SAFETY: the set has the lock and, while it is borrowed, does not give it away; who changes the value borrows
        // the set for himself.
        unsafe { &*mutex.value() }
    }
}

impl Drop for Held<'_, '_> {
    fn drop(&mut self) {
        self.release_all();
    }
}

/// A [`LockSet`] that tries to take its mutexes.
#[derive(Debug)]
pub struct Locking<'s, 'a> {
    held: Held<'s, 'a>,
    /// The mutex that was waited for after the last refusal, until it is asked for.
    ahead: Option<&'a RawWwMutex>,
    refused: Option<(&'a RawWwMutex, &'static Location<'static>)>,
    ignores_duplicates: bool,
}

impl<'a> Locking<'_, 'a> {
    /// Takes a mutex. Sleeps.
    ///
    /// # Errors
    /// [`WwError::Deadlock`], to be passed on: nothing can be taken any more before the set has backed off.
    /// [`WwError::Already`] if it was asked for before, unless that [does not matter](LockSet::ignore_duplicates).
    #[track_caller]
    #[doc(alias = "drm_exec_lock_obj")]
    pub fn lock<T: ?Sized>(&mut self, mutex: &'a WwMutex<T>) -> Result<(), WwError> {
        if self.refused.is_some() {
            return Err(WwError::Deadlock);
        }
        let (raw, at) = (mutex.raw(), Location::caller());
        if matches!(self.ahead, Some(ahead) if std::ptr::eq(ahead, raw)) {
            self.ahead = None;
            return Ok(());
        }
        match raw.lock(Some(self.held.ctx), false, at) {
            Ok(()) => self.held.mutexes.push(raw),
            Err(WwError::Already) if self.ignores_duplicates => {}
            Err(error) => {
                if error == WwError::Deadlock {
                    self.refused = Some((raw, at));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// What a mutex guards that was taken in this run: which others are needed may depend on it.
    ///
    /// # Panics
    /// If the set does not hold the mutex.
    #[track_caller]
    pub fn get<T: ?Sized>(&self, mutex: &WwMutex<T>) -> &T {
        self.held.get(mutex)
    }

    fn back_off(
        &mut self,
        refused: &'a RawWwMutex,
        at: &'static Location<'static>,
    ) -> Result<(), WwError> {
        self.held.release_all();
        refused.lock_slow(self.held.ctx, false, at)?;
        self.held.mutexes.push(refused);
        self.ahead = Some(refused);
        Ok(())
    }
}

/// A [`LockSet`] that holds all its mutexes.
#[derive(Debug)]
pub struct Locked<'s, 'a>(Held<'s, 'a>);

impl<'s, 'a: 's> Locked<'s, 'a> {
    /// What a mutex of the set guards.
    ///
    /// # Panics
    /// If the set does not hold the mutex.
    #[track_caller]
    pub fn get<T: ?Sized>(&self, mutex: &WwMutex<T>) -> &T {
        self.0.get(mutex)
    }

    /// What a mutex of the set guards, to be changed. For two at a time there is [`Locked::take`].
    ///
    /// # Panics
    /// If the set does not hold the mutex.
    #[track_caller]
    pub fn get_mut<T: ?Sized>(&mut self, mutex: &WwMutex<T>) -> &mut T {
        self.0.check(mutex);
        // SAFETY: the set has the lock and is borrowed for itself.
        unsafe { &mut *mutex.value() }
    }

    /// Takes a mutex out of the set, which is then released with its guard.
    ///
    /// ```
    /// use fence_lockdep::sync::ww::{LockSet, WwClass, WwError, WwMutex};
    /// static BUFFERS: WwClass = WwClass::wait_die("buffer");
    /// let (front, back) = (WwMutex::new(&BUFFERS, 'f'), WwMutex::new(&BUFFERS, 'b'));
    /// LockSet::new(&BUFFERS).lock_all(
    ///     |set| set.lock(&front).and_then(|()| set.lock(&back)),
    ///     |set| std::mem::swap(&mut *set.take(&front), &mut *set.take(&back)),
    /// )?;
    /// assert_eq!((front.into_inner(), back.into_inner()), ('b', 'f'));
    /// # Ok::<(), WwError>(())
    /// ```
    ///
    /// # Panics
    /// If the set does not hold the mutex.
    #[track_caller]
    pub fn take<T: ?Sized>(&mut self, mutex: &'s WwMutex<T>) -> WwMutexGuard<'s, T> {
        let held = self.0.remove(mutex.raw());
        assert!(held, "a ww mutex that the lock set does not hold");
        mutex.guard(Some(self.0.ctx))
    }
}
