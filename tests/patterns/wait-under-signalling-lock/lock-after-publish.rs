//! A copy in software is done a moment after its fence was published, on the same thread. That moment is enough: a reader has
//! taken the device's lock, has found the fence, and waits for it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Device {
    dev: Mutex<u32>,
    copy: Fence,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            dev: Mutex::with_class(LockClass::new("dev"), 0),
            copy: Fence::new("copy"),
        })
    }

    fn copy_published_first(&self) {
        self.copy.publish();
        let mut dev = self.dev.lock();
        *dev += 1;
        self.copy.signal();
    }

    fn copy(&self) {
        let mut dev = self.dev.lock();
        self.copy.publish();
        *dev += 1;
        self.copy.signal();
    }

    fn read(&self) {
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
