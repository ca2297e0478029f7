//! Timers: functions that run in softirq context when their time has come.
//!
//! Each [`Session`](crate::Session), and the process, has one thread that runs them, one after the other.

use std::panic::Location;
use std::sync::{Arc, Weak};
use std::time::Duration;

use fence_engine::{ClassId, ClassKind, Event, QueueFlags};
use parking_lot::Mutex;

use crate::LockClass;
use crate::check::{self, Identity, Kind, Name};
use crate::workqueue::{Events, Item, Pool};

/// A function that runs some time after the timer was armed: `struct timer_list` of the kernel. It runs in softirq context
/// and must not sleep. Dropping the timer deletes it and waits for nothing.
///
/// ```
/// use std::time::Duration;
/// use std::sync::Arc;
/// use fence_lockdep::{Session, sync::SpinLock, timer::Timer};
/// let session = Session::new();
/// session.run(|| {
///     let hang = Arc::new(SpinLock::new(0));
///     let seen = Arc::clone(&hang);
///     let check = Timer::new(move || *seen.lock() += 1);
///     *hang.lock() = 0; // with bottom halves on: the timer may come now
///     check.arm(Duration::from_secs(3600));
///     check.fire();
/// });
/// session.expect("inconsistent-irq-state");
/// ```
#[derive(Debug)]
#[doc(alias = "timer_list")]
pub struct Timer {
    item: Arc<Item>,
    softirq: Arc<Softirq>,
}

impl Timer {
    /// A timer that is not armed, of the class of all that are made at the caller.
    ///
    /// # Panics
    /// If the operating system has no thread to give, for the first timer of the session.
    #[track_caller]
    #[doc(alias = "timer_setup")]
    pub fn new(function: impl FnMut() + Send + 'static) -> Self {
        let made = Location::caller();
        Self::of(Name::Site(made), made, function)
    }

    /// The same of that class.
    ///
    /// # Panics
    /// As [`Timer::new`].
    #[track_caller]
    pub fn with_class(class: LockClass, function: impl FnMut() + Send + 'static) -> Self {
        let name = Name::Chosen(class.name());
        Self::of(name, Location::caller(), function)
    }

    fn of(
        name: Name,
        made: &'static Location<'static>,
        function: impl FnMut() + Send + 'static,
    ) -> Self {
        Self {
            item: Item::new(ClassKind::Timer, name, made, TIMER, function),
            softirq: softirq(),
        }
    }

    /// Has the function run after this delay and no other, armed or not. Whether it was armed. Any context.
    #[doc(alias = "mod_timer")]
    #[doc(alias = "add_timer")]
    pub fn arm(&self, delay: Duration) -> bool {
        let was_armed = self.item.cancel();
        self.softirq.0.queue(&self.item, delay);
        was_armed
    }

    /// Disarms the timer. Whether it was armed; the function may still run from before. Any context.
    #[doc(alias = "del_timer")]
    #[doc(alias = "timer_delete")]
    pub fn delete(&self) -> bool {
        self.item.cancel()
    }

    /// The same, and waits until the function does not run. Nobody can arm the timer before, nor can the function. Spins in
    /// the kernel: any context but hard interrupts, and under no lock that the function takes.
    ///
    /// # Panics
    /// With what the function panicked with. In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "del_timer_sync")]
    #[doc(alias = "timer_delete_sync")]
    pub fn delete_sync(&self) -> bool {
        let at = Location::caller();
        check::fed(&self.item.identity, at, |asked, task, lock, site| {
            let wait = Event::WaitFor {
                node: lock.class,
                sleeps: false,
            };
            asked.engine.feed(task, wait, site);
        });
        let was_armed = self.item.cancel_and_wait(at);
        self.item.raise();
        was_armed
    }

    /// The time has come: if the timer is armed, its function runs now, as a softirq that interrupts this thread here. For
    /// tests, which then need not wait. Whether it ran; not if it runs already elsewhere.
    ///
    /// # Panics
    /// If the function does.
    pub fn fire(&self) -> bool {
        self.item.run_here()
    }
}

impl Drop for Timer {
    /// Disarms the timer.
    ///
    /// # Panics
    /// With what the function panicked with, if nobody was told.
    fn drop(&mut self) {
        self.item.cancel();
        if !std::thread::panicking() {
            self.item.raise();
        }
    }
}

const TIMER: Events = Events {
    begin: |item, _| tell(item, |timer| Event::TimerBegin { timer }),
    end: |item, _| tell(item, |timer| Event::TimerEnd { timer }),
};

fn tell(item: &Item, event: fn(ClassId) -> Event) {
    check::fed(&item.identity, item.made, |asked, task, lock, site| {
        asked.engine.feed(task, event(lock.class), site);
    });
}

/// The thread that runs the timers of a session, as long as there are some.
#[derive(Debug)]
struct Softirq(Arc<Pool>);

impl Drop for Softirq {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The one of the calling thread's session.
fn softirq() -> Arc<Softirq> {
    static ALL: Mutex<Vec<(u32, Weak<Softirq>)>> = Mutex::new(Vec::new());
    let session = check::session();
    let mut all = ALL.lock();
    all.retain(|(_, softirq)| softirq.strong_count() > 0);
    let there = all.iter().find(|(number, _)| *number == session);
    if let Some(softirq) = there.and_then(|(_, softirq)| softirq.upgrade()) {
        return softirq;
    }
    let identity = Identity::new(Kind::of(ClassKind::Workqueue), Name::Chosen("softirq"));
    match Pool::start(identity, QueueFlags::default(), "softirq".to_owned(), 1) {
        Ok(pool) => {
            let softirq = Arc::new(Softirq(pool));
            all.push((session, Arc::downgrade(&softirq)));
            softirq
        }
        Err(error) => panic!("cannot start a thread: {error}"),
    }
}
