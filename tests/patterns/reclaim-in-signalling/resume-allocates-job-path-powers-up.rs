//! Resuming the device allocates a buffer for the firmware. The job callback waits for the device to be awake; so the fence of
//! the job depends on an allocation that nobody would look for there.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::{Fence, Power};
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Gpu {
    power: Power,
    resv: WwMutex<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            power: Power::new(LockClass::new("gpu_power")),
            resv: WwMutex::new(&RESV, 0),
            job: Fence::new("job"),
        })
    }

    fn resume(&self) {
        self.power.busy(|| might_alloc(Gfp::Kernel));
    }

    fn run_job_resuming(&self) {
        let _section = Section::begin();
        self.power.get();
        self.job.signal();
    }

    fn submit(&self) -> Result<(), WwError> {
        self.power.get();
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
    let gpu = Gpu::new();
    run("resume", &gpu, Gpu::resume);
    run("sched", &gpu, Gpu::run_job_resuming);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("resume", &gpu, Gpu::resume);
    run("ioctl", &gpu, Gpu::submit);
    run("sched", &gpu, Gpu::run_job);
}
