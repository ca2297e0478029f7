//! A query reads the statistics, and so does a function that it calls. In a thread readers of a spinning lock queue behind a
//! writer; an interrupt on top of a reader passes the queue, which is why that may read once more.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::{HardIrq, IrqDisabled};
use fence_lockdep::sync::RwSpinLock;

use crate::paths::run;

struct Device {
    stats: RwSpinLock<u64>,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            stats: RwSpinLock::with_class(LockClass::new("stats"), 0),
        })
    }

    fn query_and_helper(&self) {
        let stats = self.stats.read();
        assert_eq!(*self.stats.read(), *stats);
    }

    fn query(&self) {
        let stats = self.stats.read();
        let _handler = HardIrq::enter();
        assert_eq!(*self.stats.read(), *stats);
    }

    fn update_with_irqs_on(&self) {
        *self.stats.write() += 1;
    }

    fn update(&self) {
        let _irqs = IrqDisabled::new();
        *self.stats.write() += 1;
    }
}

pub fn bad() {
    let device = Device::new();
    run("query", &device, Device::query_and_helper);
    run("update", &device, Device::update_with_irqs_on);
}

pub fn fixed() {
    let device = Device::new();
    run("query", &device, Device::query);
    run("update", &device, Device::update);
}
