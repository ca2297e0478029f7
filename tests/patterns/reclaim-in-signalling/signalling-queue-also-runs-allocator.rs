//! Housekeeping was put on the scheduler's queue. When memory is short its rescuer is the only one left to run anything, and it
//! runs an item that waits for memory, before the one that would signal.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Gpu {
    sched: Workqueue,
    system: Workqueue,
    trim: Work,
    run_job: Work,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        let trim = || might_alloc(Gfp::Kernel);
        Arc::new_cyclic(|gpu| Self {
            sched: Workqueue::builder("sched").mem_reclaim().build(),
            system: Workqueue::builder("system").build(),
            trim: Work::with_class(LockClass::new("trim"), trim),
            run_job: Work::with_class(LockClass::new("run_job"), of(gpu, Self::run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self, housekeeping: &Workqueue) {
        housekeeping.queue_after(&self.trim, LATER);
        let _section = Section::begin();
        self.job.publish();
        self.sched.queue_after(&self.run_job, LATER);
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }

    fn run_items(&self) {
        self.trim.flush();
        self.run_job.flush();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, |gpu| gpu.submit(&gpu.sched));
    gpu.run_items();
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, |gpu| gpu.submit(&gpu.system));
    gpu.run_items();
}
