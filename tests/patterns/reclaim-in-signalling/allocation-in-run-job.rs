//! The job callback allocates a command buffer for the hardware. Its fence is out by then, and the allocation may wait for
//! reclaim, which may wait for any fence.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
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

    fn run_job_allocating(&self) {
        let _section = Section::begin();
        might_alloc(Gfp::Kernel);
        self.job.signal();
    }

    fn submit(&self) -> Result<(), WwError> {
        might_alloc(Gfp::Kernel);
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
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
    run("sched", &Gpu::new(), Gpu::run_job_allocating);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::submit);
    run("sched", &gpu, Gpu::run_job);
}
