//! A workqueue as its owner has it: made, given work, flushed, and drained when it is dropped.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use fence_engine::{ClassId, ClassKind, Event, QueueFlags};

use super::item::Item;
use super::pool::Pool;
use super::work::Work;
use crate::check::{self, Identity, Kind, Name};

/// How many items of a queue run at once if nothing else is said. The kernel allows more, but its threads cost less.
const MAX_ACTIVE: usize = 64;

/// A queue of [`Work`], `struct workqueue_struct` of the kernel, with threads of its own that belong to the
/// [`Session`](crate::Session) of the thread that made it.
///
/// Its class is its name: queues of one name are one to the checker, and should be alike.
///
/// When it is dropped it runs what is pending, waits for that and ends: `destroy_workqueue()`. An item that queues itself
/// anew must be cancelled before, and a delay that still runs then is over without effect. A queue that is dropped because
/// the thread panics does not wait: what is pending never runs.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
/// use fence_lockdep::workqueue::{Work, Workqueue};
/// let queue = Workqueue::builder("submit").ordered().mem_reclaim().build();
/// let runs = Arc::new(AtomicU32::new(0));
/// let counter = Arc::clone(&runs);
/// let work = Work::new(move || {
///     counter.fetch_add(1, Ordering::Relaxed);
/// });
/// assert!(queue.queue(&work));
/// drop(queue);
/// assert_eq!(runs.load(Ordering::Relaxed), 1);
/// ```
#[derive(Debug)]
#[doc(alias = "workqueue_struct")]
#[doc(alias = "destroy_workqueue")]
pub struct Workqueue {
    pool: Arc<Pool>,
    /// The place of its end.
    made: &'static Location<'static>,
}

/// What a queue is to be like: `alloc_workqueue()` of the kernel.
#[derive(Clone, Copy, Debug)]
#[must_use = "a queue is made by `build`"]
#[doc(alias = "alloc_workqueue")]
#[doc(alias = "alloc_ordered_workqueue")]
pub struct Builder {
    name: &'static str,
    flags: QueueFlags,
    max_active: usize,
}

impl Builder {
    /// One item at a time, in the order in which they were queued.
    pub fn ordered(mut self) -> Self {
        self.flags.ordered = true;
        self
    }

    /// With a rescuer, so that it makes progress when there is no memory for another thread. Needed for whatever signals
    /// fences or is flushed in reclaim. The rescuer may run items one by one: none may wait for another.
    #[doc(alias = "WQ_MEM_RECLAIM")]
    pub fn mem_reclaim(mut self) -> Self {
        self.flags.mem_reclaim = true;
        self
    }

    /// So many items may run at once, 64 if this is not said.
    pub fn max_active(mut self, items: usize) -> Self {
        self.max_active = items;
        self
    }

    /// The queue, with its first worker.
    ///
    /// # Panics
    /// If the operating system has no more threads to give. Later that only means that items wait for this one.
    #[track_caller]
    pub fn build(self) -> Workqueue {
        let identity = Identity::new(Kind::of(ClassKind::Workqueue), Name::Chosen(self.name));
        let max_active = match self.max_active {
            _ if self.flags.ordered => 1,
            0 => MAX_ACTIVE,
            items => items,
        };
        let thread = format!("kworker/{}", self.name);
        match Pool::start(identity, self.flags, thread, max_active) {
            Ok(pool) => Workqueue {
                pool,
                made: Location::caller(),
            },
            Err(error) => panic!("cannot start a thread: {error}"),
        }
    }
}

impl Workqueue {
    /// A queue of that name, to be described further.
    pub fn builder(name: &'static str) -> Builder {
        Builder {
            name,
            flags: QueueFlags::default(),
            max_active: 0,
        }
    }

    /// Has the item run. False if it is pending already, here or elsewhere; an item that runs may be queued again and then
    /// runs again. Any context. In a signalling section, whoever waits for a fence that was published there waits for the
    /// item too, if it signals.
    #[track_caller]
    #[doc(alias = "queue_work")]
    pub fn queue(&self, work: &Work) -> bool {
        self.queue_after(work, Duration::ZERO)
    }

    /// The same, after a delay. The item is pending all the time.
    #[track_caller]
    #[doc(alias = "queue_delayed_work")]
    pub fn queue_after(&self, work: &Work, delay: Duration) -> bool {
        let told = |work, queue| Event::QueueWork {
            work,
            queue: Some(queue),
        };
        tell(&self.pool, work.item(), Location::caller(), told);
        self.pool.queue(work.item(), delay)
    }

    /// Has the item run after this delay and no other, pending or not. Whether it was pending. Any context.
    #[track_caller]
    #[doc(alias = "mod_delayed_work")]
    pub fn mod_delayed(&self, work: &Work, delay: Duration) -> bool {
        let was_pending = work.cancel();
        self.queue_after(work, delay);
        was_pending
    }

    /// Waits until everything has run that was queued before, but for delays that run. Sleeps.
    ///
    /// # Panics
    /// With what an item panicked with. In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "flush_workqueue")]
    pub fn flush(&self) {
        let at = Location::caller();
        self.tell_flush(at);
        self.pool.flush(at);
        self.raise();
    }

    fn tell_flush(&self, at: &'static Location<'static>) {
        check::fed(&self.pool.identity, at, |asked, task, lock, site| {
            let queue = lock.class;
            asked.engine.declare_queue(queue, self.pool.flags);
            asked.engine.feed(task, Event::FlushQueue { queue }, site);
        });
    }

    /// Goes on with what an item panicked with, if nobody has.
    fn raise(&self) {
        if let Some(payload) = self.pool.take_panic(|_| true) {
            resume_unwind(payload);
        }
    }
}

impl Drop for Workqueue {
    /// Runs what is pending and waits for it.
    ///
    /// # Panics
    /// As [`Workqueue::flush`].
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.pool.close();
            return;
        }
        let drained = catch_unwind(AssertUnwindSafe(|| {
            self.tell_flush(self.made);
            self.pool.drain(self.made);
        }));
        let workers = self.pool.close();
        if let Err(payload) = drained {
            resume_unwind(payload);
        }
        let me = std::thread::current().id();
        for worker in workers {
            // A queue that is dropped by the last of its items ends with it.
            if worker.thread().id() != me {
                let _ = worker.join();
            }
        }
        self.raise();
    }
}

/// Tells of an item and its queue.
pub(super) fn tell(
    pool: &Pool,
    item: &Item,
    at: &'static Location<'static>,
    event: impl FnOnce(ClassId, ClassId) -> Event,
) {
    check::fed(&pool.identity, at, |asked, task, queue, site| {
        asked.engine.declare_queue(queue.class, pool.flags);
        let work = asked.class(&item.identity);
        asked.engine.feed(task, event(work, queue.class), site);
    });
}
