//! Jobs run in a work item. A synchronous ioctl queues one and waits for it under the submit lock, which the item takes before it
//! signals.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

static RESV: WwClass = WwClass::wait_die("resv");

struct Gpu {
    resv: WwMutex<()>,
    submit: Mutex<u32>,
    queue: Workqueue,
    run_job: Work,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            resv: WwMutex::new(&RESV, ()),
            submit: Mutex::with_class(LockClass::new("submit"), 0),
            queue: Workqueue::builder("jobs").mem_reclaim().build(),
            run_job: Work::with_class(LockClass::new("run_job"), of(gpu, Self::run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
        self.queue.queue_after(&self.run_job, LATER);
        Ok(())
    }

    fn ioctl_under_lock(&self) -> Result<(), WwError> {
        self.submit()?;
        let mut jobs = self.submit.lock();
        self.job.wait();
        *jobs += 1;
        Ok(())
    }

    fn ioctl(&self) -> Result<(), WwError> {
        self.submit()?;
        *self.submit.lock() += 1;
        self.job.wait();
        Ok(())
    }

    fn run_job(&self) {
        let _section = Section::begin();
        *self.submit.lock() += 1;
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl_under_lock);
    gpu.run_job.flush();
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    gpu.run_job.flush();
}
