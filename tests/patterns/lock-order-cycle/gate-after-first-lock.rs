//! The ioctl notices under the lock of a buffer that it needs the big lock too. The fault handler holds the big lock and
//! wants the buffer: a gate that is taken second is one more lock of the circle.

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

    fn ioctl_gate_second(&self) {
        let bo = self.bo.lock();
        let _gate = self.gate.lock();
        *self.vm.lock() = *bo;
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
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl_gate_second);
    run("fault", &device, Device::fault);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("fault", &device, Device::fault);
}
