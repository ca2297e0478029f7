//! Two paths take two locks in opposite order and are kept apart by the device lock. A debugfs file, added later, takes the
//! same two without it, and there is nothing left that keeps them apart.

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

    fn fault(&self) {
        let _gate = self.gate.lock();
        let vm = self.vm.lock();
        *self.bo.lock() = *vm;
    }

    fn debugfs_without_gate(&self) {
        let vm = self.vm.lock();
        assert_eq!(*vm, *self.bo.lock());
    }

    fn debugfs(&self) {
        let _gate = self.gate.lock();
        let vm = self.vm.lock();
        assert_eq!(*vm, *self.bo.lock());
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
    run("debugfs", &device, Device::debugfs_without_gate);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
    run("debugfs", &device, Device::debugfs);
}
