//! A request is allocated in the middle of queueing it. The allocator may sleep, and then the next one who wants the ring
//! spins until it wakes up; on one CPU that is never.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Queue {
    ring: SpinLock<Vec<u32>>,
}

impl Queue {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ring: SpinLock::with_class(LockClass::new("ring"), Vec::new()),
        })
    }

    fn submit(&self, flags: Gfp) {
        let mut ring = self.ring.lock();
        might_alloc(flags);
        ring.push(1);
    }
}

pub fn bad() {
    run("submit", &Queue::new(), |queue| queue.submit(Gfp::Kernel));
}

pub fn fixed() {
    run("submit", &Queue::new(), |queue| queue.submit(Gfp::Atomic));
}
