//! A scheduler's thread leaves its loop when it is told to stop, and forgets that it holds the queue. The thread is gone; teardown
//! waits for its lock for ever.

use std::mem;
use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Scheduler {
    queue: Mutex<Vec<u32>>,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::with_class(LockClass::new("queue"), Vec::new()),
        })
    }

    fn work_until_stopped(&self) {
        let queue = self.queue.lock();
        assert!(queue.is_empty());
        mem::forget(queue);
    }

    fn work(&self) {
        assert!(self.queue.lock().is_empty());
    }
}

pub fn bad() {
    run("sched", &Scheduler::new(), Scheduler::work_until_stopped);
}

pub fn fixed() {
    run("sched", &Scheduler::new(), Scheduler::work);
}
