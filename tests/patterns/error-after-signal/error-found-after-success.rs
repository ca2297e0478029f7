//! The job is signalled as done, and then the fault register is read. By the time the error is there everybody who waited has
//! gone on and uses the result.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Gpu {
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn retire_then_look(&self) {
        let _section = Section::begin();
        self.job.signal();
        self.job.signal_error();
    }

    fn retire(&self) {
        let _section = Section::begin();
        self.job.signal_error();
    }
}

pub fn bad() {
    run("retire", &Gpu::new(), Gpu::retire_then_look);
}

pub fn fixed() {
    run("retire", &Gpu::new(), Gpu::retire);
}
