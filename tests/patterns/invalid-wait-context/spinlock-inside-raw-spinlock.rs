//! The core of a performance monitor takes a raw lock, and the driver below it an ordinary spinlock for its counters. On a
//! real-time kernel that one sleeps, and every processor that spins for the raw lock hangs until the sleeper runs again.

use std::sync::Arc;

use fence_lockdep::sync::{RawSpinLock, SpinLock};

use crate::paths::run;

struct Monitor {
    core: RawSpinLock<u32>,
    counters: SpinLock<u64>,
    raw_counters: RawSpinLock<u64>,
}

impl Monitor {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            core: RawSpinLock::with_class("core", 0),
            counters: SpinLock::with_class("counters", 0),
            raw_counters: RawSpinLock::with_class("counters", 0),
        })
    }

    fn read_sleeping_on_rt(&self) -> u64 {
        let mut readers = self.core.lock();
        *readers += 1;
        *self.counters.lock()
    }

    fn read(&self) -> u64 {
        let mut readers = self.core.lock();
        *readers += 1;
        *self.raw_counters.lock()
    }
}

pub fn bad() {
    run("pmu", &Monitor::new(), |monitor| {
        monitor.read_sleeping_on_rt();
    });
}

pub fn fixed() {
    run("pmu", &Monitor::new(), |monitor| {
        monitor.read();
    });
}
