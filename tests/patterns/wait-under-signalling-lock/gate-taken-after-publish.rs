//! Everything of this device happens under one big lock, so nobody should be able to wait under it for a copy in progress. But
//! the copier publishes its fence before it takes the lock, and a reader that is faster finds it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Device {
    gate: Mutex<()>,
    dev: Mutex<u32>,
    copy: Fence,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            gate: Mutex::with_class(LockClass::new("gate"), ()),
            dev: Mutex::with_class(LockClass::new("dev"), 0),
            copy: Fence::new("copy"),
        })
    }

    fn copy_published_first(&self) {
        self.copy.publish();
        let _gate = self.gate.lock();
        *self.dev.lock() += 1;
        self.copy.signal();
    }

    fn copy(&self) {
        let _gate = self.gate.lock();
        self.copy.publish();
        *self.dev.lock() += 1;
        self.copy.signal();
    }

    fn read(&self) {
        let _gate = self.gate.lock();
        let dev = self.dev.lock();
        self.copy.wait();
        assert_eq!(*dev, 1);
    }
}

pub fn bad() {
    let device = Device::new();
    run("copier", &device, Device::copy_published_first);
    run("reader", &device, Device::read);
}

pub fn fixed() {
    let device = Device::new();
    run("copier", &device, Device::copy);
    run("reader", &device, Device::read);
}
