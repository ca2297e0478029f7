//! One thing that runs later, and where it stands: pending, running, or both. The same item never runs twice at once.
//!
//! What the checker is told of it is its owner's business: see `Events`.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Weak};
use std::time::Instant;

use fence_engine::ClassKind;
use parking_lot::Mutex;

use super::clock;
use super::pool::Pool;
use crate::check::{self, Identity, Kind, Name};

/// What a function panicked with.
pub(super) type Payload = Box<dyn Any + Send>;

/// What the checker is told when the item's function begins, and when it is over.
#[derive(Clone, Copy)]
pub(crate) struct Events {
    pub(crate) begin: fn(&Item, &Pool),
    pub(crate) end: fn(&Item, &Pool),
}

/// A function that runs later.
pub(crate) struct Item {
    pub(crate) identity: Identity,
    /// Where it was made: the place of what is told of its runs.
    pub(crate) made: &'static Location<'static>,
    events: Events,
    function: Mutex<Box<dyn FnMut() + Send>>,
    /// Locked after the state of a pool, if both are.
    pub(super) stage: Mutex<Stage>,
}

/// Where an item stands.
#[derive(Default)]
pub(super) struct Stage {
    pub(super) pending: Option<Run>,
    pub(super) running: Option<Run>,
    /// How many cancel it and wait for that: as long it cannot be queued.
    pub(super) cancelling: u32,
    /// Where it was queued last.
    pub(super) last: Weak<Pool>,
}

/// One time that an item runs.
#[derive(Clone)]
pub(super) struct Run {
    /// No other run of any item has it, and later ones have higher.
    pub(super) ticket: u64,
    pub(super) pool: Arc<Pool>,
    /// When its delay is over, as long as it is not.
    pub(super) due: Option<Instant>,
}

impl Item {
    pub(crate) fn new(
        kind: ClassKind,
        name: Name,
        made: &'static Location<'static>,
        events: Events,
        function: impl FnMut() + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            identity: Identity::new(Kind::of(kind), name),
            made,
            events,
            function: Mutex::new(Box::new(function)),
            stage: Mutex::default(),
        })
    }

    /// What somebody waits for who waits for it.
    fn what(&self) -> String {
        format!("`{}` to finish", check::name(&self.identity))
    }

    pub(super) fn is_running(&self) -> bool {
        self.stage.lock().running.is_some()
    }

    /// Whether this run of it is not over.
    fn awaits(&self, ticket: u64) -> bool {
        let stage = self.stage.lock();
        let mut runs = stage.pending.iter().chain(&stage.running);
        runs.any(|run| run.ticket == ticket)
    }

    /// Runs the function, and gives what it panicked with, or the checker, if it is told to panic when it finds something.
    pub(super) fn perform(&self, pool: &Pool) -> Result<(), Payload> {
        let tell = |what: fn(&Self, &Pool)| catch_unwind(AssertUnwindSafe(|| what(self, pool)));
        let outcome = tell(self.events.begin).and_then(|()| {
            let mut function = self.function.lock();
            catch_unwind(AssertUnwindSafe(&mut *function))
        });
        outcome.and(tell(self.events.end))
    }

    /// Takes the item off where it is pending. Whether it was.
    pub(crate) fn cancel(&self) -> bool {
        loop {
            let Some(run) = self.stage.lock().pending.clone() else {
                return false;
            };
            // If not, it has started since, and may have been queued anew.
            if run.pool.take_off(self, &run) {
                return true;
            }
        }
    }

    /// The same, and waits until it does not run. Until then it cannot be queued.
    pub(crate) fn cancel_and_wait(&self, at: &'static Location<'static>) -> bool {
        let cancelling = Cancelling::begin(self);
        let was_pending = self.cancel();
        let running = self.stage.lock().running.clone();
        if let Some(run) = running {
            run.pool.wait(&self.what(), at, |_| self.awaits(run.ticket));
        }
        drop(cancelling);
        was_pending
    }

    /// Waits until the item has run as often as it was queued, and does not wait for its delay. Whether there was anything to
    /// wait for.
    pub(crate) fn finish(self: &Arc<Self>, at: &'static Location<'static>) -> bool {
        let delayed = self.hurry();
        let last = {
            let stage = self.stage.lock();
            // The pending run begins when the other is over.
            stage.pending.clone().or_else(|| stage.running.clone())
        };
        let waited =
            last.is_some_and(|run| run.pool.wait(&self.what(), at, |_| self.awaits(run.ticket)));
        delayed || waited
    }

    /// Its delay, if one runs, is over. Whether one ran.
    fn hurry(self: &Arc<Self>) -> bool {
        let pending = self.stage.lock().pending.clone();
        let delayed = pending.and_then(|run| Some((run.due?, run)));
        let Some((due, run)) = delayed else {
            return false;
        };
        drop(clock::remove(due, run.ticket));
        run.pool.arrive(self, run.ticket);
        true
    }

    /// Runs the item on the calling thread, now, if it is pending and not running. Whether it was so.
    ///
    /// # Panics
    /// If the function does.
    pub(crate) fn run_here(self: &Arc<Self>) -> bool {
        let Some(run) = self.stage.lock().pending.clone() else {
            return false;
        };
        if !run.pool.begin(self, &run) {
            return false;
        }
        let outcome = self.perform(&run.pool);
        run.pool.end(self, run.ticket, Ok(()));
        if let Err(payload) = outcome {
            resume_unwind(payload);
        }
        true
    }

    /// Goes on with what the item panicked with, if nobody has.
    ///
    /// # Panics
    /// If it did.
    pub(crate) fn raise(&self) {
        let pool = self.stage.lock().last.upgrade();
        let panic = pool.and_then(|pool| pool.take_panic(|item| std::ptr::eq(item, self)));
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pending, running) = {
            let stage = self.stage.lock();
            (stage.pending.is_some(), stage.running.is_some())
        };
        f.debug_struct("Item")
            .field("name", &check::name(&self.identity))
            .field("pending", &pending)
            .field("running", &running)
            .finish_non_exhaustive()
    }
}

/// The item cannot be queued as long as this lives.
struct Cancelling<'a>(&'a Item);

impl<'a> Cancelling<'a> {
    fn begin(item: &'a Item) -> Self {
        item.stage.lock().cancelling += 1;
        Self(item)
    }
}

impl Drop for Cancelling<'_> {
    fn drop(&mut self) {
        self.0.stage.lock().cancelling -= 1;
    }
}
