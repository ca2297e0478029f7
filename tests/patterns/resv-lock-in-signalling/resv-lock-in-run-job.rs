//! The job callback locks a buffer to look at its fences. Anybody may hold that lock while he waits for the job: that is what
//! reservations are for.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Gpu {
    resv: WwMutex<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, 0),
            job: Fence::new("job"),
        })
    }

    fn run_job_looking(&self) {
        let _section = Section::begin();
        *self.resv.lock_without_context() += 1;
        self.job.signal();
    }

    fn submit(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let mut resv = self.resv.lock(&ctx)?;
        *resv += 1;
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
        Ok(())
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    run("sched", &Gpu::new(), Gpu::run_job_looking);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::submit);
    run("sched", &gpu, Gpu::run_job);
}
