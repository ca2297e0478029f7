//! The clock of the process: one thread, which puts items on their queues when their delays are over. It runs no item itself
//! and waits for nothing but time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::item::Item;
use super::pool::Pool;
use crate::check::{self, Lives};

/// An item whose delay runs.
pub(super) struct Delayed {
    item: Arc<Item>,
    pool: Arc<Pool>,
    /// What a blocked thread waits for may still come of it.
    _lives: Lives,
}

impl Delayed {
    /// An item that will go to that pool, of this session.
    pub(super) fn new(item: &Arc<Item>, pool: &Arc<Pool>, session: u32) -> Self {
        Self {
            item: Arc::clone(item),
            pool: Arc::clone(pool),
            _lives: check::lives(session),
        }
    }
}

struct Clock {
    /// By time, then by ticket.
    delayed: BTreeMap<(Instant, u64), Delayed>,
    ticks: bool,
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock {
    delayed: BTreeMap::new(),
    ticks: false,
});
/// The first item is another one.
static CHANGED: Condvar = Condvar::new();

/// When a delay that begins now is over. A delay of more than a century is one of a century.
pub(super) fn after(delay: Duration) -> Instant {
    Instant::now() + delay.min(Duration::from_secs(u64::from(u32::MAX)))
}

/// Puts the item on its queue at that time.
///
/// # Panics
/// If the operating system has no thread to give for the clock.
pub(super) fn add(due: Instant, ticket: u64, delayed: Delayed) {
    let mut clock = CLOCK.lock();
    if !clock.ticks {
        let thread = std::thread::Builder::new().name("clock".to_owned());
        if let Err(error) = thread.spawn(tick) {
            panic!("cannot start a thread: {error}");
        }
        clock.ticks = true;
    }
    clock.delayed.insert((due, ticket), delayed);
    CHANGED.notify_one();
}

/// Takes an item off. None if it was taken off before, or its delay is over.
pub(super) fn remove(due: Instant, ticket: u64) -> Option<Delayed> {
    CLOCK.lock().delayed.remove(&(due, ticket))
}

fn tick() {
    let mut clock = CLOCK.lock();
    loop {
        match clock.delayed.first_key_value() {
            None => CHANGED.wait(&mut clock),
            Some((&(due, _), _)) if due > Instant::now() => {
                CHANGED.wait_until(&mut clock, due);
            }
            Some(_) => {
                let Some(((_, ticket), delayed)) = clock.delayed.pop_first() else {
                    continue;
                };
                drop(clock);
                delayed.pool.arrive(&delayed.item, ticket);
                drop(delayed);
                clock = CLOCK.lock();
            }
        }
    }
}
