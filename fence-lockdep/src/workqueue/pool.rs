//! Threads that run items in the order in which they were queued: the core of workqueues and timers.
//!
//! The watchdog counts a worker as a thread that lives from when it is called to when it finds nothing more to do. One that
//! is idle helps nobody, nor does an item that waits for a free worker.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use fence_engine::QueueFlags;

use super::clock::{self, Delayed};
use super::item::{Item, Payload, Run, Stage};
use crate::check::{self, Identity, Lives};
use crate::sync::WaitQueue;

/// The next run's number.
static TICKETS: AtomicU64 = AtomicU64::new(0);

/// A queue of items and its workers.
pub(crate) struct Pool {
    pub(crate) identity: Identity,
    pub(crate) flags: QueueFlags,
    /// What its threads are called.
    thread: String,
    max_active: usize,
    session: u32,
    /// Who waits here waits for items to be over.
    state: WaitQueue<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// In the order in which they were queued, with the tickets of their runs.
    pending: VecDeque<(u64, Arc<Item>)>,
    running: Vec<u64>,
    /// For each worker that was called and has not come yet.
    called: Vec<Lives>,
    /// How many workers were called and have not found nothing to do.
    busy: usize,
    idle: Vec<Thread>,
    threads: Vec<JoinHandle<()>>,
    closing: bool,
    /// What items panicked with, the first time for each.
    panics: Vec<(Arc<Item>, Payload)>,
}

impl Pool {
    /// A pool with one worker. There are more when as many items are to run at once.
    pub(crate) fn start(
        identity: Identity,
        flags: QueueFlags,
        thread: String,
        max_active: usize,
    ) -> io::Result<Arc<Self>> {
        let pool = Arc::new(Self {
            identity,
            flags,
            thread,
            max_active,
            session: check::session(),
            state: WaitQueue::new(State::default()),
        });
        let mut state = pool.state.lock();
        let first = pool.start_worker(&mut state)?;
        state.idle.push(first);
        drop(state);
        Ok(pool)
    }

    /// Has the item run after a delay. False if it is pending already, or cannot be queued now.
    pub(crate) fn queue(self: &Arc<Self>, item: &Arc<Item>, delay: Duration) -> bool {
        let _outside = check::outside();
        let mut state = self.state.lock();
        let mut stage = item.stage.lock();
        if stage.pending.is_some() || stage.cancelling > 0 || state.closing {
            return false;
        }
        let ticket = TICKETS.fetch_add(1, Ordering::Relaxed);
        let due = (!delay.is_zero()).then(|| clock::after(delay));
        if let Some(due) = due {
            clock::add(due, ticket, Delayed::new(item, self, self.session));
        }
        stage.last = Arc::downgrade(self);
        stage.pending = Some(Run {
            ticket,
            pool: Arc::clone(self),
            due,
        });
        drop(stage);
        if due.is_none() {
            state.pending.push_back((ticket, Arc::clone(item)));
            self.call(&mut state);
        }
        true
    }

    /// The delay of that run is over.
    pub(super) fn arrive(self: &Arc<Self>, item: &Arc<Item>, ticket: u64) {
        let _outside = check::outside();
        let mut state = self.state.lock();
        let mut stage = item.stage.lock();
        let delayed = |run: &&mut Run| run.ticket == ticket && run.due.is_some();
        let Some(run) = stage.pending.as_mut().filter(delayed) else {
            return;
        };
        run.due = None;
        if state.closing {
            stage.pending = None;
            return;
        }
        drop(stage);
        state.pending.push_back((ticket, Arc::clone(item)));
        self.call(&mut state);
    }

    /// Takes the item off. False if it is not pending for that run.
    pub(super) fn take_off(&self, item: &Item, run: &Run) -> bool {
        let _outside = check::outside();
        let mut state = self.state.lock();
        let off = state.take_off(&mut item.stage.lock(), run);
        state.wake_all();
        off.is_some()
    }

    /// The same for an item that does not run: it runs from here on.
    pub(super) fn begin(&self, item: &Item, run: &Run) -> bool {
        let _outside = check::outside();
        let mut state = self.state.lock();
        let mut stage = item.stage.lock();
        if stage.running.is_some() {
            return false;
        }
        stage.running = state.take_off(&mut stage, run);
        let begins = stage.running.is_some();
        if begins {
            state.running.push(run.ticket);
        }
        begins
    }

    /// That run of the item is over. What it panicked with is kept.
    pub(super) fn end(&self, item: &Arc<Item>, ticket: u64, outcome: Result<(), Payload>) {
        let _outside = check::outside();
        // Of what is told twice the second is dropped when nothing is locked any more.
        let mut panic = outcome.err().map(|payload| (Arc::clone(item), payload));
        let mut state = self.state.lock();
        state.running.retain(|running| *running != ticket);
        if !state
            .panics
            .iter()
            .any(|(known, _)| Arc::ptr_eq(known, item))
        {
            state.panics.extend(panic.take());
        }
        let mut stage = item.stage.lock();
        let ran = stage.running.take();
        let again = stage.pending.as_ref().map(|run| Arc::clone(&run.pool));
        drop(stage);
        state.wake_all();
        drop(state);
        drop(ran);
        if let Some(pool) = again {
            pool.call(&mut pool.state.lock());
        }
    }

    /// Waits as long as `outstanding` says. Whether it did at all.
    ///
    /// # Panics
    /// In a session whose threads all wait, with what each waits for.
    pub(super) fn wait(
        &self,
        what: &str,
        at: &'static Location<'static>,
        outstanding: impl Fn(&State) -> bool,
    ) -> bool {
        let mut state = self.state.lock();
        let waits = outstanding(&state);
        while outstanding(&state) {
            let Some(locked) = state.wait(what, None, at) else {
                break;
            };
            state = locked;
        }
        waits
    }

    /// Waits until everything is over that was queued before.
    pub(super) fn flush(&self, at: &'static Location<'static>) {
        let next = TICKETS.load(Ordering::Relaxed);
        self.wait(&self.what(), at, |state| state.runs().any(|run| run < next));
    }

    /// Waits until nothing is pending or running, also of what is queued meanwhile.
    pub(super) fn drain(&self, at: &'static Location<'static>) {
        self.wait(&self.what(), at, |state| state.runs().next().is_some());
    }

    fn what(&self) -> String {
        format!("the items of `{}` to finish", check::name(&self.identity))
    }

    /// Takes what an item panicked with, of the first that `which` picks.
    pub(super) fn take_panic(&self, which: impl Fn(&Item) -> bool) -> Option<Payload> {
        let mut state = self.state.lock();
        let at = state.panics.iter().position(|(item, _)| which(item))?;
        let (item, payload) = state.panics.remove(at);
        drop(state);
        drop(item);
        Some(payload)
    }

    /// Nothing runs any more but what is running; what is pending never does. Gives the workers, which end by themselves.
    pub(crate) fn close(&self) -> Vec<JoinHandle<()>> {
        let mut state = self.state.lock();
        state.closing = true;
        let discarded = mem::take(&mut state.pending);
        for (_, item) in &discarded {
            item.stage.lock().pending = None;
        }
        for worker in state.idle.drain(..) {
            worker.unpark();
        }
        let workers = mem::take(&mut state.threads);
        state.wake_all();
        drop(state);
        drop(discarded);
        workers
    }

    /// Calls a worker for each item that can start.
    fn call(self: &Arc<Self>, state: &mut State) {
        while state.busy < self.max_active && state.called.len() < state.startable() {
            state.called.push(check::lives(self.session));
            state.busy += 1;
            if let Some(worker) = state.idle.pop() {
                worker.unpark();
            } else if self.start_worker(state).is_err() {
                // There is at least one, and it comes to this item when it is done with its own.
                state.called.pop();
                state.busy -= 1;
                break;
            }
        }
    }

    fn start_worker(self: &Arc<Self>, state: &mut State) -> io::Result<Thread> {
        let pool = Arc::clone(self);
        let name = self.thread.clone();
        let worker = std::thread::Builder::new()
            .name(name)
            .spawn(move || pool.work())?;
        let thread = worker.thread().clone();
        state.threads.push(worker);
        Ok(thread)
    }

    /// What a worker does.
    fn work(&self) {
        let _inside = check::in_session(self.session);
        let me = std::thread::current();
        let mut state = self.state.lock();
        loop {
            let Some(lives) = state.called.pop() else {
                if state.closing {
                    return;
                }
                state.idle.retain(|idle| idle.id() != me.id());
                state.idle.push(me.clone());
                drop(state);
                std::thread::park();
                state = self.state.lock();
                continue;
            };
            while let Some((ticket, item)) = state.start_next() {
                drop(state);
                let outcome = item.perform(self);
                // Each item is a task of its own, which must leave nothing behind for the next.
                let leave = AssertUnwindSafe(|| check::leave_thread(item.made));
                self.end(&item, ticket, outcome.and(catch_unwind(leave)));
                drop(item);
                state = self.state.lock();
            }
            state.busy -= 1;
            drop(lives);
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("name", &check::name(&self.identity))
            .field("flags", &self.flags)
            .field("max_active", &self.max_active)
            .finish_non_exhaustive()
    }
}

impl State {
    /// The tickets of everything that is not over.
    fn runs(&self) -> impl Iterator<Item = u64> + '_ {
        let pending = self.pending.iter().map(|(ticket, _)| *ticket);
        pending.chain(self.running.iter().copied())
    }

    /// How many items could start if there were workers.
    fn startable(&self) -> usize {
        let waiting = self.pending.iter().filter(|(_, item)| !item.is_running());
        waiting.count()
    }

    /// Takes an item off its queue, or the clock, if it is pending for that run.
    fn take_off(&mut self, stage: &mut Stage, run: &Run) -> Option<Run> {
        let off = stage.pending.take_if(|at| at.ticket == run.ticket)?;
        match off.due {
            Some(due) => drop(clock::remove(due, off.ticket)),
            None => self.pending.retain(|(ticket, _)| *ticket != off.ticket),
        }
        Some(off)
    }

    /// The first item that does not run already: it runs from here on.
    fn start_next(&mut self) -> Option<(u64, Arc<Item>)> {
        let free = |(_, item): &(u64, Arc<Item>)| !item.is_running();
        let at = self.pending.iter().position(free)?;
        let (ticket, item) = self.pending.remove(at)?;
        let mut stage = item.stage.lock();
        stage.running = stage.pending.take();
        drop(stage);
        self.running.push(ticket);
        Some((ticket, item))
    }
}
