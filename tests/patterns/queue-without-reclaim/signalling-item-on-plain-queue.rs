//! The scheduler's queue was made without a rescuer. When memory is short it needs memory for a thread that would run the job, and
//! reclaim waits for the job.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Builder, Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Gpu {
    sched: Workqueue,
    run_job: Work,
    job: Fence,
}

impl Gpu {
    fn with_queue(describe: fn(Builder) -> Builder) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            sched: describe(Workqueue::builder("sched").ordered()).build(),
            run_job: Work::with_class(LockClass::new("run_job"), of(gpu, Self::run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.job.publish();
        self.sched.queue_after(&self.run_job, LATER);
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::with_queue(|queue| queue);
    run("ioctl", &gpu, Gpu::submit);
    gpu.run_job.flush();
}

pub fn fixed() {
    let gpu = Gpu::with_queue(Builder::mem_reclaim);
    run("ioctl", &gpu, Gpu::submit);
    gpu.run_job.flush();
}
