//! Retiring takes the device's mutex for the whole pass, and opens its section inside. The section looks clean; but nobody
//! gets to it while an ioctl waits for the job under the mutex.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    dev: Mutex<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            dev: Mutex::with_class(LockClass::new("dev"), 0),
            job: Fence::new("job"),
        })
    }

    fn ioctl(&self) {
        let _dev = self.dev.lock();
        self.job.wait();
    }

    fn complete(&self) {
        let _section = Section::begin();
        self.job.signal();
    }

    fn retire_under_mutex(&self) {
        let mut dev = self.dev.lock();
        self.complete();
        *dev += 1;
    }

    fn retire(&self) {
        self.complete();
        *self.dev.lock() += 1;
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("retire", &gpu, Gpu::retire_under_mutex);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("retire", &gpu, Gpu::retire);
}
