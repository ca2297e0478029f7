//! The fence is added to a buffer that is not locked. Two threads that do so at once lose one of the two fences, and whoever would
//! have waited for it reuses memory that is in use.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

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

    fn publish(&self) {
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
    }

    fn submit(&self) {
        let _resv = self.resv.lock_without_context();
        self.publish();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::publish);
    run("done", &gpu, Gpu::interrupt);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::submit);
    run("done", &gpu, Gpu::interrupt);
}
