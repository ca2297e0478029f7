//! The wait ioctl keeps the submit lock while it waits for the job. The completion thread takes that lock for its bookkeeping
//! before it signals: each waits for the other.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    submit: Mutex<Vec<u32>>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            submit: Mutex::with_class(LockClass::new("submit"), vec![1]),
            job: Fence::new("job"),
        })
    }

    fn wait_ioctl_under_lock(&self) {
        let submit = self.submit.lock();
        self.job.wait();
        assert_eq!(submit.len(), 1);
    }

    fn wait_ioctl(&self) {
        let submit = self.submit.lock();
        self.job.get();
        drop(submit);
        self.job.wait();
        self.job.put();
    }

    fn complete(&self) {
        let _section = Section::begin();
        self.submit.lock().clear();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::wait_ioctl_under_lock);
    run("done", &gpu, Gpu::complete);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::wait_ioctl);
    run("done", &gpu, Gpu::complete);
}
