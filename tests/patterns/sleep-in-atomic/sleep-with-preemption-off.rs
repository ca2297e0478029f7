//! Each CPU has a cache of submissions, and preemption is off while one is used. A function that may sleep in there gives the
//! CPU to somebody who finds the cache half written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fence_lockdep::irq::PreemptDisabled;
use fence_lockdep::might_sleep;

use crate::paths::run;

#[derive(Default)]
struct PerCpu {
    room: AtomicU32,
    used: AtomicU32,
}

impl PerCpu {
    fn grow(&self) {
        might_sleep();
        self.room.fetch_add(1, Ordering::Relaxed);
    }

    fn submit_and_grow(&self) {
        let _this_cpu = PreemptDisabled::new();
        self.grow();
        self.used.fetch_add(1, Ordering::Relaxed);
    }

    fn submit(&self) {
        self.grow();
        let _this_cpu = PreemptDisabled::new();
        self.used.fetch_add(1, Ordering::Relaxed);
    }
}

pub fn bad() {
    run("submit", &Arc::default(), PerCpu::submit_and_grow);
}

pub fn fixed() {
    run("submit", &Arc::default(), PerCpu::submit);
}
