//! The driver declares its hierarchy when it is loaded. Teardown breaks it, and is found at once: no path that keeps the
//! order has to run first.

use std::sync::Arc;

use fence_lockdep::sync::Mutex;
use fence_lockdep::{LockClass, declare_order};

use crate::paths::run;

const USERQ: LockClass = LockClass::new("userq");
const NOTIFIER: LockClass = LockClass::new("notifier");
const RESET: LockClass = LockClass::new("reset");

struct Gpu {
    userq: Mutex<Vec<u32>>,
    reset: Mutex<bool>,
}

impl Gpu {
    fn load() -> Arc<Self> {
        declare_order(&[USERQ, NOTIFIER, RESET]);
        Arc::new(Self {
            userq: Mutex::with_class(USERQ, vec![1, 2]),
            reset: Mutex::with_class(RESET, false),
        })
    }

    fn teardown_reset_first(&self) {
        let mut reset = self.reset.lock();
        self.userq.lock().clear();
        *reset = true;
    }

    fn teardown(&self) {
        let mut userq = self.userq.lock();
        let mut reset = self.reset.lock();
        userq.clear();
        *reset = true;
    }
}

pub fn bad() {
    run("teardown", &Gpu::load(), Gpu::teardown_reset_first);
}

pub fn fixed() {
    run("teardown", &Gpu::load(), Gpu::teardown);
}
