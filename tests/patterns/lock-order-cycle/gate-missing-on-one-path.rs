//! The big device lock keeps opposite orders of two smaller locks apart, as long as every path takes it. The fault handler
//! is newer than the others and does not.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Device {
    gate: Mutex<()>,
    bo: Mutex<u64>,
    vm: Mutex<u64>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            gate: Mutex::with_class(LockClass::new("gate"), ()),
            bo: Mutex::with_class(LockClass::new("bo"), 1),
            vm: Mutex::with_class(LockClass::new("vm"), 2),
        })
    }

    fn ioctl(&self) {
        let _gate = self.gate.lock();
        let bo = self.bo.lock();
        *self.vm.lock() = *bo;
    }

    fn resolve(&self) {
        let vm = self.vm.lock();
        *self.bo.lock() = *vm;
    }

    fn fault(&self) {
        let _gate = self.gate.lock();
        self.resolve();
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::resolve);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
}
