//! A reset semaphore that entry points hold for reading keeps resets out. Two readers are inside together, so it does not
//! save two paths that take the inner locks in opposite order.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Mutex, RwLock};

use crate::paths::run;

struct Device {
    gate: RwLock<()>,
    bo: Mutex<u64>,
    vm: Mutex<u64>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            gate: RwLock::with_class(LockClass::new("gate"), ()),
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

    fn ioctl_reading(&self) {
        let _gate = self.gate.read();
        self.bind();
    }

    fn fault_reading(&self) {
        let _gate = self.gate.read();
        self.resolve();
    }

    fn ioctl(&self) {
        let _gate = self.gate.write();
        self.bind();
    }

    fn fault(&self) {
        let _gate = self.gate.write();
        self.resolve();
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl_reading);
    run("fault", &device, Device::fault_reading);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
}
