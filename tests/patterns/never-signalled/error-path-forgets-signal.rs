//! A submission publishes its fence, then the hardware refuses the job, and the error goes back to the program. Nobody tells the
//! fence, and whoever has found it meanwhile waits for ever.

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

    fn publish(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
        Ok(())
    }

    fn submit(&self) -> Result<(), WwError> {
        self.publish()?;
        let _section = Section::begin();
        self.job.signal_error();
        Ok(())
    }

    fn wait(&self) {
        self.job.wait();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::publish);
    run("waiter", &gpu, Gpu::wait);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::submit);
    run("waiter", &gpu, Gpu::wait);
}
