//! A watchdog tries the device lock, and when somebody has it goes on without. What it does then is ordered by nothing: the
//! gate of the other paths does not keep it out.

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

    fn look(&self) {
        let vm = self.vm.lock();
        assert_eq!(*vm, *self.bo.lock());
    }

    fn watchdog_in_any_case(&self) {
        let gate = self.gate.try_lock();
        assert!(gate.is_none(), "somebody has it");
        self.look();
    }

    fn watchdog(&self) {
        if let Some(_gate) = self.gate.try_lock() {
            self.look();
        }
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    let _somebody_has_it = device.gate.lock();
    run("watchdog", &device, Device::watchdog_in_any_case);
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    run("watchdog", &device, Device::watchdog);
}
