//! Suspend drains the driver's queue with the device locked. Some item on it, whichever it is, wants the device.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Device {
    scan_wq: Workqueue,
    scan: Work,
    dev: Mutex<u32>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|device| Self {
            scan_wq: Workqueue::builder("scan_wq").ordered().build(),
            scan: Work::with_class(LockClass::new("scan"), of(device, Self::scan)),
            dev: Mutex::with_class(LockClass::new("dev"), 0),
        })
    }

    fn scan(&self) {
        *self.dev.lock() += 1;
    }

    fn suspend_under_lock(&self) {
        let mut dev = self.dev.lock();
        self.scan_wq.flush();
        *dev = 0;
    }

    fn suspend(&self) {
        self.scan_wq.flush();
        *self.dev.lock() = 0;
    }

    fn start_scan(&self) {
        self.scan_wq.queue(&self.scan);
        self.scan_wq.flush();
    }
}

pub fn bad() {
    let device = Device::new();
    run("suspend", &device, Device::suspend_under_lock);
    device.start_scan();
}

pub fn fixed() {
    let device = Device::new();
    run("suspend", &device, Device::suspend);
    device.start_scan();
}
