//! Unplug waits under the device lock until every ioctl has left its reader section. An ioctl that is in it still wants the
//! device lock.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Readers;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Device {
    unplug: Readers,
    dev: Mutex<bool>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            unplug: Readers::new(LockClass::new("unplug")),
            dev: Mutex::with_class(LockClass::new("dev"), true),
        })
    }

    fn unplug_under_lock(&self) {
        let mut dev = self.dev.lock();
        self.unplug.synchronize();
        *dev = false;
    }

    fn unplug(&self) {
        self.unplug.synchronize();
        *self.dev.lock() = false;
    }

    fn ioctl(&self) {
        self.unplug.read(|| assert!(!*self.dev.lock()));
    }
}

pub fn bad() {
    let device = Device::new();
    run("unplug_path", &device, Device::unplug_under_lock);
    run("ioctl", &device, Device::ioctl);
}

pub fn fixed() {
    let device = Device::new();
    run("unplug_path", &device, Device::unplug);
    run("ioctl", &device, Device::ioctl);
}
