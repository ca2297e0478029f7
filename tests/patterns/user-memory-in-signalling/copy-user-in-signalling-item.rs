//! A scheduler item reads the parameters of its job from user memory when it runs, so that the program may change them until then.
//! The read may fault, in the section of the job's fence.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::{Fence, touch_user_memory};
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

    fn submit(&self) {
        let _section = Section::begin();
        self.job.publish();
        self.queue.queue_after(&self.run_job, LATER);
    }

    fn submit_copied(&self) {
        touch_user_memory();
        self.submit();
    }

    fn run_job_copying(&self) {
        let _section = Section::begin();
        touch_user_memory();
        self.job.signal();
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::running(Gpu::run_job_copying);
    run("ioctl", &gpu, Gpu::submit);
    gpu.run_job.flush();
}

pub fn fixed() {
    let gpu = Gpu::running(Gpu::run_job);
    run("ioctl", &gpu, Gpu::submit_copied);
    gpu.run_job.flush();
}
