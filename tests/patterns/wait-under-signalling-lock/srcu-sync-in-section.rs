//! Ioctls are readers of the reset's section while they wait for their jobs. The reset waits until all readers are gone, and
//! only then completes the jobs that they wait for.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::{Fence, Readers};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Gpu {
    backoff: Readers,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            backoff: Readers::new(LockClass::new("backoff")),
            job: Fence::new("job"),
        })
    }

    fn ioctl(&self) {
        self.backoff.read(|| self.job.wait());
    }

    fn reset_readers_first(&self) {
        let _section = Section::begin();
        self.backoff.synchronize();
        self.job.signal();
    }

    fn reset(&self) {
        let section = Section::begin();
        self.job.signal();
        section.end();
        self.backoff.synchronize();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("reset", &gpu, Gpu::reset_readers_first);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("reset", &gpu, Gpu::reset);
}
