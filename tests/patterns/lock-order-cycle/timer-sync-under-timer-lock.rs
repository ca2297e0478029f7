//! Disabling stops the hang-check timer and waits for its handler, with the lock that the handler takes. On another CPU the
//! handler spins for that lock.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::BhDisabled;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::timer::Timer;

use crate::paths::{LATER, of, run};

struct Gpu {
    hangcheck: Timer,
    hang: SpinLock<u32>,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            hangcheck: Timer::with_class(LockClass::new("hangcheck"), of(gpu, Self::check)),
            hang: SpinLock::with_class(LockClass::new("hang"), 0),
        })
    }

    fn arm(&self) {
        self.hangcheck.arm(LATER);
    }

    fn check(&self) {
        *self.hang.lock() += 1;
    }

    fn time_is_over(&self) {
        self.hangcheck.fire();
    }

    fn disable_under_lock(&self) {
        let _bh = BhDisabled::new();
        let mut hang = self.hang.lock();
        self.hangcheck.delete_sync();
        *hang = 0;
    }

    fn disable(&self) {
        let bh = BhDisabled::new();
        *self.hang.lock() = 0;
        drop(bh);
        self.hangcheck.delete_sync();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("arm", &gpu, Gpu::arm);
    run("handler", &gpu, Gpu::time_is_over);
    run("disable", &gpu, Gpu::disable_under_lock);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("arm", &gpu, Gpu::arm);
    run("handler", &gpu, Gpu::time_is_over);
    run("disable", &gpu, Gpu::disable);
}
