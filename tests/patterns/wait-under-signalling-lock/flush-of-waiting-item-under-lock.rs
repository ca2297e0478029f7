//! Teardown flushes a work item under the submit lock. The item does not touch that lock; it waits for a job whose completion
//! does.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Gpu {
    submit: Mutex<u32>,
    queue: Workqueue,
    cleanup: Work,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            submit: Mutex::with_class(LockClass::new("submit"), 0),
            queue: Workqueue::builder("cleanups").build(),
            cleanup: Work::with_class(LockClass::new("cleanup"), of(gpu, Self::clean_up)),
            job: Fence::new("job"),
        })
    }

    fn clean_up(&self) {
        self.job.wait();
    }

    fn start_cleanup(&self) {
        self.queue.queue(&self.cleanup);
        self.queue.flush();
    }

    fn teardown_under_lock(&self) {
        let mut submit = self.submit.lock();
        self.cleanup.flush();
        *submit = 0;
    }

    fn teardown(&self) {
        self.cleanup.flush();
        *self.submit.lock() = 0;
    }

    fn complete(&self) {
        let _section = Section::begin();
        *self.submit.lock() += 1;
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("teardown", &gpu, Gpu::teardown_under_lock);
    gpu.start_cleanup();
    run("done", &gpu, Gpu::complete);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("teardown", &gpu, Gpu::teardown);
    gpu.start_cleanup();
    run("done", &gpu, Gpu::complete);
}
