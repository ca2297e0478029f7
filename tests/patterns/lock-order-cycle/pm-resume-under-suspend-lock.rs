//! The ioctl powers the device up while it has the state lock. If a suspend is under way the resume waits for its end, and
//! the suspend callback waits for the state lock to save what is in it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Power;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    power: Power,
    state: Mutex<u32>,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            power: Power::new(LockClass::new("gpu_power")),
            state: Mutex::with_class(LockClass::new("state"), 0),
        })
    }

    fn suspend(&self) {
        self.power.busy(|| *self.state.lock() = 0);
    }

    fn ioctl_lock_first(&self) {
        let mut state = self.state.lock();
        self.power.get();
        *state += 1;
    }

    fn ioctl(&self) {
        self.power.get();
        *self.state.lock() += 1;
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("suspend", &gpu, Gpu::suspend);
    run("ioctl", &gpu, Gpu::ioctl_lock_first);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("suspend", &gpu, Gpu::suspend);
    run("ioctl", &gpu, Gpu::ioctl);
}
