//! An idle worker only tries the submit lock, which cannot block it. But once it has the lock it waits for the last job, and
//! that makes it a holder like any other: the job's completion blocks on it.

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

    fn idle(&self) {
        if let Some(_submit) = self.submit.try_lock() {
            self.job.wait();
        }
    }

    fn complete_blocking(&self) {
        let _section = Section::begin();
        *self.submit.lock() += 1;
        self.job.signal();
    }

    fn complete(&self) {
        let _section = Section::begin();
        if let Some(mut submit) = self.submit.try_lock() {
            *submit += 1;
        }
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("idle", &gpu, Gpu::idle);
    run("done", &gpu, Gpu::complete_blocking);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("idle", &gpu, Gpu::idle);
    run("done", &gpu, Gpu::complete);
}
