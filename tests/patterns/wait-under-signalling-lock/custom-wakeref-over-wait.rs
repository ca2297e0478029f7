//! A driver counts who keeps the hardware awake with something of its own, and had it checked as the lock that it is. A debug
//! file keeps it over a wait, and the completion wants it to read a register.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Checked;

use crate::paths::run;

/// A wake reference: any raw lock, checked as one that sleeps.
type Wakeref<T> = lock_api::Mutex<Checked<parking_lot::RawMutex>, T>;

struct Gpu {
    wakeref: Wakeref<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        let raw = Checked::with_class(LockClass::new("wakeref"));
        Arc::new(Self {
            wakeref: Wakeref::from_raw(raw, 0),
            job: Fence::new("job"),
        })
    }

    fn debugfs(&self) {
        let _awake = self.wakeref.lock();
        self.job.wait();
    }

    fn complete_reading_register(&self) {
        let _section = Section::begin();
        *self.wakeref.lock() += 1;
        self.job.signal();
    }

    fn complete(&self) {
        let _section = Section::begin();
        if let Some(mut register) = self.wakeref.try_lock() {
            *register += 1;
        }
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("debugfs", &gpu, Gpu::debugfs);
    run("done", &gpu, Gpu::complete_reading_register);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("debugfs", &gpu, Gpu::debugfs);
    run("done", &gpu, Gpu::complete);
}
