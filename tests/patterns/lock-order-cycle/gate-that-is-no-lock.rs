//! Every entry point is a reader of the unplug section, which keeps the device alive. It does not keep two entry points
//! apart, so their opposite orders meet.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Readers;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Device {
    unplug: Readers,
    gate: Mutex<()>,
    bo: Mutex<u64>,
    vm: Mutex<u64>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            unplug: Readers::new(LockClass::new("unplug")),
            gate: Mutex::with_class(LockClass::new("gate"), ()),
            bo: Mutex::with_class(LockClass::new("bo"), 1),
            vm: Mutex::with_class(LockClass::new("vm"), 2),
        })
    }

    fn bind(&self) {
        let bo = self.bo.lock();
        *self.vm.lock() = *bo;
    }

    fn resolve(&self) {
        let vm = self.vm.lock();
        *self.bo.lock() = *vm;
    }

    fn ioctl_as_reader(&self) {
        self.unplug.read(|| self.bind());
    }

    fn fault_as_reader(&self) {
        self.unplug.read(|| self.resolve());
    }

    fn ioctl(&self) {
        self.unplug.read(|| {
            let _gate = self.gate.lock();
            self.bind();
        });
    }

    fn fault(&self) {
        self.unplug.read(|| {
            let _gate = self.gate.lock();
            self.resolve();
        });
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl_as_reader);
    run("fault", &device, Device::fault_as_reader);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
}
