//! Jobs were given a queue with a rescuer, and the timeout handler kept the one that it always had. When a job hangs, only the
//! handler will signal it, and it may find nobody to run it.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Builder, Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{LATER, of, run};

struct Gpu {
    jobs: Workqueue,
    resets: Workqueue,
    run_job: Work,
    tdr: Work,
    job: Fence,
}

impl Gpu {
    fn with_resets(describe: fn(Builder) -> Builder) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            jobs: Workqueue::builder("jobs").mem_reclaim().build(),
            resets: describe(Workqueue::builder("resets").ordered()).build(),
            run_job: Work::with_class(LockClass::new("run_job"), || might_sleep()),
            tdr: Work::with_class(LockClass::new("tdr"), of(gpu, Self::time_out)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.job.publish();
        self.jobs.queue_after(&self.run_job, LATER);
        self.resets.queue_after(&self.tdr, LATER);
    }

    fn time_out(&self) {
        let _section = Section::begin();
        self.job.signal_error();
    }

    fn hang(&self) {
        self.run_job.flush();
        self.tdr.flush();
    }
}

pub fn bad() {
    let gpu = Gpu::with_resets(|resets| resets);
    run("ioctl", &gpu, Gpu::submit);
    gpu.hang();
}

pub fn fixed() {
    let gpu = Gpu::with_resets(Builder::mem_reclaim);
    run("ioctl", &gpu, Gpu::submit);
    gpu.hang();
}
