//! Submission was tidied up, and the line that adds the fence ended up below the unlock. Whatever was reserved under the lock may
//! be somebody else's by then.

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

    fn submit_after_unlock(&self) {
        *self.resv.lock_without_context() += 1;
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
    }

    fn submit(&self) {
        let mut slots = self.resv.lock_without_context();
        *slots += 1;
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::submit_after_unlock);
    run("done", &gpu, Gpu::interrupt);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::submit);
    run("done", &gpu, Gpu::interrupt);
}
