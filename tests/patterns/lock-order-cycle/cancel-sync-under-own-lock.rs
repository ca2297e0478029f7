//! Disabling polls no more: it cancels the work, waits for the run that may be under way, and does all that with the lock that
//! the work takes.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Poller {
    queue: Workqueue,
    work: Work,
    poll_lock: Mutex<u32>,
}

impl Poller {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|poller| Self {
            queue: Workqueue::builder("poll_wq").build(),
            work: Work::with_class(LockClass::new("poll"), of(poller, Self::poll)),
            poll_lock: Mutex::with_class(LockClass::new("poll_lock"), 0),
        })
    }

    fn poll(&self) {
        *self.poll_lock.lock() += 1;
    }

    fn disable_under_lock(&self) {
        let mut polls = self.poll_lock.lock();
        self.work.cancel_sync();
        *polls = 0;
    }

    fn disable(&self) {
        let mut polls = self.poll_lock.lock();
        self.work.cancel();
        *polls = 0;
        drop(polls);
        self.work.cancel_sync();
    }

    fn start(&self) {
        self.queue.queue(&self.work);
        self.queue.flush();
    }
}

pub fn bad() {
    let poller = Poller::new();
    run("disable", &poller, Poller::disable_under_lock);
    poller.start();
}

pub fn fixed() {
    let poller = Poller::new();
    run("disable", &poller, Poller::disable);
    poller.start();
}
