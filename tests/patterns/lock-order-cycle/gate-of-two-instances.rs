//! Every open file has a lock of its own around its calls. It looks like a gate around the two locks of the device, but two
//! clients have two of them, and are inside at the same time.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

const GATE: LockClass = LockClass::new("gate");

struct Device {
    files: Vec<Mutex<()>>,
    bo: Mutex<u64>,
    vm: Mutex<u64>,
}

impl Device {
    fn with_gates(count: usize) -> Arc<Self> {
        let gate = || Mutex::with_class(GATE, ());
        Arc::new(Self {
            files: std::iter::repeat_with(gate).take(count).collect(),
            bo: Mutex::with_class(LockClass::new("bo"), 1),
            vm: Mutex::with_class(LockClass::new("vm"), 2),
        })
    }

    fn bind(&self, gate: &Mutex<()>) {
        let _gate = gate.lock();
        let bo = self.bo.lock();
        *self.vm.lock() = *bo;
    }

    fn evict(&self, gate: &Mutex<()>) {
        let _gate = gate.lock();
        let vm = self.vm.lock();
        *self.bo.lock() = *vm;
    }
}

pub fn bad() {
    let device = Device::with_gates(2);
    run("client1", &device, |device| device.bind(&device.files[0]));
    run("client2", &device, |device| device.evict(&device.files[1]));
}

pub fn fixed() {
    let device = Device::with_gates(1);
    run("client1", &device, |device| device.bind(&device.files[0]));
    run("client2", &device, |device| device.evict(&device.files[0]));
}
