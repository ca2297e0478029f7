//! A reset calls the function that initialises the ring once more, lock and all, while it has that lock. Whoever waits for it is
//! forgotten, and the next one gets in beside the owner.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Ring {
    ring: Mutex<Vec<u32>>,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ring: Mutex::with_class(LockClass::new("ring"), vec![1]),
        })
    }

    fn init(&self) {
        self.ring.reinit();
    }

    fn reset_and_init(&self) {
        let mut ring = self.ring.lock();
        self.init();
        ring.clear();
    }

    fn reset(&self) {
        self.ring.lock().clear();
    }
}

pub fn bad() {
    run("reset", &Ring::new(), Ring::reset_and_init);
}

pub fn fixed() {
    let ring = Ring::new();
    run("probe", &ring, Ring::init);
    run("reset", &ring, Ring::reset);
}
