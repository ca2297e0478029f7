//! A callback puts its job, and if it was the last reference the buffers go with it, under a lock that sleeps. Callbacks run under
//! the fence's spinlock, with interrupts off.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{LATER, run};

struct Gpu {
    job: Fence,
    queue: Workqueue,
    release: Work,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
            queue: Workqueue::builder("release_wq").build(),
            release: Work::with_class(LockClass::new("release"), || might_sleep()),
        })
    }

    fn retire_releasing(&self) {
        self.job.signal();
        self.job.callback(|| might_sleep());
    }

    fn retire(&self) {
        self.job.signal();
        self.job.callback(|| {
            self.queue.queue_after(&self.release, LATER);
        });
    }
}

pub fn bad() {
    run("retire", &Gpu::new(), Gpu::retire_releasing);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("retire", &gpu, Gpu::retire);
    gpu.release.flush();
}
