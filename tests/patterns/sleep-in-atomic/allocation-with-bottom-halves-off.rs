//! A queue is set up with bottom halves off, so that no completion sees half of it. Memory for it is allocated in there too,
//! and the allocator may sleep.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::irq::BhDisabled;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Queue {
    slots: Mutex<Vec<u32>>,
}

impl Queue {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            slots: Mutex::with_class(LockClass::new("slots"), Vec::new()),
        })
    }

    fn setup_in_bh_section(&self) {
        let mut slots = self.slots.lock();
        let _bh = BhDisabled::new();
        might_alloc(Gfp::Kernel);
        slots.push(1);
    }

    fn setup(&self) {
        might_alloc(Gfp::Kernel);
        let mut slots = self.slots.lock();
        let _bh = BhDisabled::new();
        slots.push(1);
    }
}

pub fn bad() {
    run("setup", &Queue::new(), Queue::setup_in_bh_section);
}

pub fn fixed() {
    run("setup", &Queue::new(), Queue::setup);
}
