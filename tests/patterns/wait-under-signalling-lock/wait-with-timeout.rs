//! The first report about a wait under the submit lock was answered with a timeout. Now nothing hangs for ever: everything
//! stands for seconds, and then the ioctl fails although the hardware is fine.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    submit: Mutex<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            submit: Mutex::with_class(LockClass::new("submit"), 0),
            job: Fence::new("job"),
        })
    }

    /// Five seconds at most; to the checker that is a wait.
    fn wait_for_job(&self) {
        self.job.wait();
    }

    fn ioctl_under_lock(&self) {
        let _submit = self.submit.lock();
        self.wait_for_job();
    }

    fn ioctl(&self) {
        *self.submit.lock() += 1;
        self.wait_for_job();
    }

    fn complete(&self) {
        let _section = Section::begin();
        *self.submit.lock() += 1;
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl_under_lock);
    run("done", &gpu, Gpu::complete);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("done", &gpu, Gpu::complete);
}
