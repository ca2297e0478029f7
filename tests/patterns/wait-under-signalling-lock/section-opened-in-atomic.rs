//! The completion opens its section under the ring's spinlock, where the kernel's own annotation records nothing. What it does
//! afterwards, with the spinlock gone, is what hangs: it takes the lock under which an ioctl waits.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::{Mutex, SpinLock};

use crate::paths::run;

struct Gpu {
    submit: Mutex<u32>,
    ring: SpinLock<Vec<u32>>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            submit: Mutex::with_class(LockClass::new("submit"), 0),
            ring: SpinLock::with_class(LockClass::new("ring"), vec![1]),
            job: Fence::new("job"),
        })
    }

    fn ioctl(&self) {
        let _submit = self.submit.lock();
        self.job.wait();
    }

    fn complete_and_count(&self) {
        let mut ring = self.ring.lock();
        let _section = Section::begin();
        ring.clear();
        drop(ring);
        *self.submit.lock() += 1;
        self.job.signal();
    }

    fn complete(&self) {
        let mut ring = self.ring.lock();
        let section = Section::begin();
        ring.clear();
        drop(ring);
        self.job.signal();
        section.end();
        *self.submit.lock() += 1;
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("done", &gpu, Gpu::complete_and_count);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("done", &gpu, Gpu::complete);
}
