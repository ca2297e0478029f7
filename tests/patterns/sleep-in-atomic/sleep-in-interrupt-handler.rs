//! An interrupt handler has grown from a register write to something that may sleep. There is nothing to come back to it: it runs
//! on whatever thread it found.

use std::sync::Arc;

use fence_lockdep::irq::HardIrq;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{LATER, run};

struct Device {
    queue: Workqueue,
    slow_part: Work,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            queue: Workqueue::builder("slow").build(),
            slow_part: Work::with_class(LockClass::new("slow_part"), || might_sleep()),
        })
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.queue.queue_after(&self.slow_part, LATER);
    }
}

pub fn bad() {
    run("done", &Device::new(), |_| {
        let _handler = HardIrq::enter();
        might_sleep();
    });
}

pub fn fixed() {
    let device = Device::new();
    run("done", &device, Device::interrupt);
    device.slow_part.flush();
}
