//! A suspend waits for the last job; the job callback waits for the suspend to be over before it powers the device up. The one
//! who submits can do that earlier, when no fence is out.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::{Fence, Power};
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

    fn suspend(&self) {
        self.power.busy(|| self.job.wait());
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
    run("suspend", &gpu, Gpu::suspend);
    run("sched", &gpu, Gpu::run_job_resuming);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("suspend", &gpu, Gpu::suspend);
    run("ioctl", &gpu, Gpu::submit);
    run("sched", &gpu, Gpu::run_job);
}
