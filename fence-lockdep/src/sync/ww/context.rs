//! Acquire contexts: the age under which a thread takes its mutexes, and what it has to remember between them.

use std::cell::{Cell, Ref, RefCell};
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

use fence_engine::{ClassKind, Event, How, Mode};

use super::class::{WwClass, next_stamp};
use crate::check::{self, Identity, Kind, Name};

/// What one thread takes its mutexes of a class with: it has an age, and counts what it holds. It ends when it is dropped.
///
/// A thread has one at a time. See [the module](super) for what it is for. Whatever is held with it borrows it, so it cannot
/// end before:
///
/// ```compile_fail,E0505
/// # use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwMutex};
/// # static BUFFERS: WwClass = WwClass::wait_die("buffer");
/// # let front = WwMutex::new(&BUFFERS, 1);
/// let ctx = AcquireCtx::new(&BUFFERS);
/// let held = front.lock(&ctx);
/// drop(ctx);
/// drop(held);
/// ```
///
/// As it should be:
///
/// ```
/// use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};
/// static BUFFERS: WwClass = WwClass::wait_die("buffer");
/// let (front, back) = (WwMutex::new(&BUFFERS, 1), WwMutex::new(&BUFFERS, 2));
/// let ctx = AcquireCtx::new(&BUFFERS);
/// let front = front.lock(&ctx)?;
/// let back = back.lock(&ctx)?;
/// ctx.done();
/// assert_eq!(*front + *back, 3);
/// # Ok::<(), WwError>(())
/// ```
#[derive(Debug)]
#[must_use = "the context ends when this is dropped"]
#[doc(alias = "ww_acquire_ctx")]
pub struct AcquireCtx {
    class: WwClass,
    /// What it is to the checker, for each session whose mutexes it takes.
    homes: RefCell<Vec<Home>>,
    shared: Arc<Shared>,
    /// How many mutexes it holds.
    acquired: Cell<u32>,
    /// The address of the mutex that it was refused and has to take next.
    contended: Cell<Option<usize>>,
    injection: Cell<Option<Injection>>,
    begun: &'static Location<'static>,
    /// Stays on its thread.
    _thread: PhantomData<*mut ()>,
}

#[derive(Debug)]
struct Home {
    session: u32,
    identity: Identity,
}

/// What other threads see of a context.
#[derive(Debug)]
pub(super) struct Shared {
    stamp: u64,
    wounded: AtomicBool,
    interrupted: AtomicBool,
    thread: Thread,
}

impl Shared {
    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Makes it back off the next time it would have to wait, which may be now.
    pub(super) fn wound(&self) {
        self.wounded.store(true, Ordering::Release);
        self.thread.unpark();
    }

    pub(super) fn is_wounded(&self) -> bool {
        self.wounded.load(Ordering::Acquire)
    }

    /// Whether it was interrupted, which is then dealt with.
    pub(super) fn take_interrupt(&self) -> bool {
        self.interrupted.swap(false, Ordering::AcqRel)
    }
}

impl AcquireCtx {
    /// Begins a context, younger than all before.
    ///
    /// A second one of the class on a thread is a finding: of two, neither knows what the other holds.
    #[track_caller]
    #[doc(alias = "ww_acquire_init")]
    pub fn new(class: &WwClass) -> Self {
        let begun = Location::caller();
        // A context is no allocation to those who use it.
        let outside = check::outside();
        let shared = Arc::new(Shared {
            stamp: next_stamp(),
            wounded: AtomicBool::new(false),
            interrupted: AtomicBool::new(false),
            thread: std::thread::current(),
        });
        let homes = RefCell::new(Vec::with_capacity(1));
        drop(outside);
        let ctx = Self {
            class: *class,
            homes,
            shared,
            acquired: Cell::new(0),
            contended: Cell::new(None),
            injection: Cell::new(None),
            begun,
            _thread: PhantomData,
        };
        drop(ctx.identity(0));
        ctx
    }

    /// Says that it takes no more mutexes: one that is taken all the same, and a second `done`, are findings.
    #[track_caller]
    #[doc(alias = "ww_acquire_done")]
    pub fn done(&self) {
        let at = Location::caller();
        for home in self.homes.borrow().iter() {
            check::fed(&home.identity, at, |asked, task, context, site| {
                asked.engine.feed(task, Event::WwDone { context }, site);
            });
        }
    }

    /// Its age: of two contexts the one with the larger stamp began later, and backs off.
    pub fn stamp(&self) -> u64 {
        self.shared.stamp
    }

    /// How many mutexes it holds.
    pub fn acquired(&self) -> usize {
        self.acquired.get() as usize
    }

    /// From now on refuses a mutex with [`WwError::Deadlock`](super::WwError::Deadlock) now and then that nobody contends
    /// for, so that the back-off is tried out without a second thread.
    ///
    /// When follows from `seed` alone. It happens only while the context holds something, as a true deadlock does, and less
    /// and less often, so that whoever starts again comes through in the end. A new context begins anew.
    pub fn inject_deadlocks(&self, seed: u64) {
        self.injection.set(Some(Injection::new(seed)));
    }

    /// A handle with which another thread can interrupt the waits of this context.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(Arc::clone(&self.shared))
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(super) fn holds(&self) -> bool {
        self.acquired.get() > 0
    }

    /// What the context is to the checker of a mutex that was made in that session. Begins there if it has not.
    pub(super) fn identity(&self, session: u32) -> Ref<'_, Identity> {
        // A mutex of no session is checked in that of the thread.
        let session = if session == 0 {
            check::session()
        } else {
            session
        };
        let place = |homes: &[Home]| homes.iter().position(|home| home.session == session);
        let known = place(&self.homes.borrow());
        let place = known.unwrap_or_else(|| {
            let home = Home::begin(session, self.class, self.begun);
            let outside = check::outside();
            self.homes.borrow_mut().push(home);
            drop(outside);
            self.homes.borrow().len() - 1
        });
        Ref::map(self.homes.borrow(), |homes| &homes[place].identity)
    }

    /// The context is about to ask for the mutex at that address, of that class.
    pub(super) fn asks_for(&self, class: &WwClass, mutex: usize) {
        debug_assert!(
            !self.class.contradicts(class),
            "two ww classes are called `{}`, one of Wait-Die and one of Wound-Wait",
            class.name()
        );
        if let Some(contended) = self.contended.get() {
            debug_assert!(
                !self.holds(),
                "a ww mutex of class `{}` is taken after a refusal, and others are still held: release all of them first",
                class.name()
            );
            debug_assert!(
                contended == mutex,
                "a ww mutex of class `{}` is taken after another one was refused: take that one first",
                class.name()
            );
        }
        if !self.holds() {
            // Nobody can wound it now: it has nothing that anybody waits for.
            self.shared.wounded.store(false, Ordering::Relaxed);
        }
    }

    pub(super) fn took(&self) {
        self.contended.set(None);
        self.acquired.set(self.acquired.get() + 1);
    }

    pub(super) fn gave(&self) {
        self.acquired.set(self.acquired.get() - 1);
    }

    pub(super) fn was_refused(&self, mutex: usize) {
        self.contended.set(Some(mutex));
    }

    /// Whether this request, which nothing stands in the way of yet, is to be refused.
    pub(super) fn injects(&self) -> bool {
        let Some(mut injection) = self.injection.get().filter(|_| self.holds()) else {
            return false;
        };
        let fires = injection.fires();
        self.injection.set(Some(injection));
        fires
    }
}

impl Drop for AcquireCtx {
    fn drop(&mut self) {
        for home in self.homes.get_mut().drain(..).rev() {
            check::fed(&home.identity, self.begun, |asked, task, context, site| {
                asked.engine.feed(task, Event::WwEnd { context }, site);
            });
        }
    }
}

impl Home {
    fn begin(session: u32, class: WwClass, at: &'static Location<'static>) -> Self {
        let _inside = check::in_session(session);
        let kind = Kind::of(ClassKind::WwContext);
        let identity = Identity::new(kind, Name::Chosen(class.name()));
        check::fed(&identity, at, |asked, task, context, site| {
            let begins = Event::acquire(context, How::new(Mode::Exclusive));
            asked.engine.feed(task, begins, site);
        });
        Self { session, identity }
    }
}

/// Interrupts the waits of one [`AcquireCtx`], from any thread: what a unix signal is to the kernel's.
///
/// ```
/// use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};
/// static BUFFERS: WwClass = WwClass::wait_die("buffer");
/// let buffer = WwMutex::new(&BUFFERS, ());
/// let ctx = AcquireCtx::new(&BUFFERS);
/// ctx.interrupter().interrupt();
/// // Nothing to wait for: it is taken.
/// let _held = buffer.lock_interruptible(&ctx)?;
/// # Ok::<(), WwError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Interrupter(Arc<Shared>);

impl Interrupter {
    /// Ends the wait that the context is in or the next one it comes to, if that is interruptible. Any context.
    pub fn interrupt(&self) {
        self.0.interrupted.store(true, Ordering::Release);
        self.0.thread.unpark();
    }
}

/// When to refuse a mutex for no reason: at random, and less and less often.
#[derive(Clone, Copy, Debug)]
struct Injection {
    random: u64,
    interval: u64,
    /// How many requests are let pass before.
    left: u64,
}

impl Injection {
    fn new(seed: u64) -> Self {
        let mut injection = Self {
            random: seed,
            interval: 1,
            left: 0,
        };
        injection.left = injection.draw(4);
        injection
    }

    fn fires(&mut self) -> bool {
        if self.left > 0 {
            self.left -= 1;
            return false;
        }
        // As fast as the kernel's grows.
        self.interval = self.interval.saturating_mul(7) / 2;
        self.left = self.interval.saturating_add(self.draw(self.interval));
        true
    }

    /// A number below `limit`, which is not 0. The generator is `SplitMix64`.
    fn draw(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
