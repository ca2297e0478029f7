//! A job is published in a section and handed to an item outside of it; the item has none either. Nothing hangs, and nothing that the
//! item may take some day will be seen.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Gpu {
    queue: Workqueue,
    run_job: Work,
    job: Fence,
}

impl Gpu {
    fn running(run_job: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            queue: Workqueue::builder("jobs").mem_reclaim().build(),
            run_job: Work::with_class(LockClass::new("run_job"), of(gpu, run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit_bare(&self) {
        let section = Section::begin();
        self.job.publish();
        section.end();
        self.queue.queue_after(&self.run_job, LATER);
    }

    fn run_job_bare(&self) {
        self.job.signal();
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.job.publish();
        self.queue.queue_after(&self.run_job, LATER);
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::running(Gpu::run_job_bare);
    run("ioctl", &gpu, Gpu::submit_bare);
    gpu.run_job.flush();
}

pub fn fixed() {
    let gpu = Gpu::running(Gpu::run_job);
    run("ioctl", &gpu, Gpu::submit);
    gpu.run_job.flush();
}
