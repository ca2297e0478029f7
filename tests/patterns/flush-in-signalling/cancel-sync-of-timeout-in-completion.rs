//! When a job is done its timeout handler is cancelled, and the completion waits for one that runs already. The handler waits for
//! the hardware, whose owner may wait for the job.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Gpu {
    hw: Mutex<u32>,
    queue: Workqueue,
    tdr: Work,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            hw: Mutex::with_class(LockClass::new("hw"), 0),
            queue: Workqueue::builder("timeouts").build(),
            tdr: Work::with_class(LockClass::new("tdr"), of(gpu, Self::time_out)),
            job: Fence::new("job"),
        })
    }

    fn time_out(&self) {
        *self.hw.lock() += 1;
    }

    fn hang_once(&self) {
        self.queue.queue(&self.tdr);
        self.queue.flush();
    }

    fn complete_cancelling_first(&self) {
        let _section = Section::begin();
        self.tdr.cancel_sync();
        self.job.signal();
    }

    fn complete(&self) {
        let section = Section::begin();
        self.job.signal();
        section.end();
        self.tdr.cancel_sync();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    gpu.hang_once();
    run("done", &gpu, Gpu::complete_cancelling_first);
}

pub fn fixed() {
    let gpu = Gpu::new();
    gpu.hang_once();
    run("done", &gpu, Gpu::complete);
}
