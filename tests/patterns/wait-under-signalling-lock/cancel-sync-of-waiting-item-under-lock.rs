//! Closing a file cancels its cleanup under the device's lock, and waits for the run under way. That waits for a job, and the job's
//! completion for the device.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Device {
    dev: Mutex<u32>,
    queue: Workqueue,
    cleanup: Work,
    job: Fence,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|device| Self {
            dev: Mutex::with_class(LockClass::new("dev"), 0),
            queue: Workqueue::builder("cleanups").build(),
            cleanup: Work::with_class(LockClass::new("cleanup"), of(device, Self::clean_up)),
            job: Fence::new("job"),
        })
    }

    fn clean_up(&self) {
        self.job.wait();
    }

    fn start_cleanup(&self) {
        self.queue.queue(&self.cleanup);
        self.queue.flush();
    }

    fn close_under_lock(&self) {
        let mut dev = self.dev.lock();
        self.cleanup.cancel_sync();
        *dev += 1;
    }

    fn close(&self) {
        let mut dev = self.dev.lock();
        self.cleanup.cancel();
        *dev += 1;
        drop(dev);
        self.cleanup.cancel_sync();
    }

    fn complete(&self) {
        let _section = Section::begin();
        *self.dev.lock() += 1;
        self.job.signal();
    }
}

pub fn bad() {
    let device = Device::new();
    run("close", &device, Device::close_under_lock);
    device.start_cleanup();
    run("done", &device, Device::complete);
}

pub fn fixed() {
    let device = Device::new();
    run("close", &device, Device::close);
    device.start_cleanup();
    run("done", &device, Device::complete);
}
