//! Teardown holds the mode lock and waits for the hotplug work to finish. The work wants that lock, and finishes after teardown
//! has let go of it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Display {
    queue: Workqueue,
    hotplug: Work,
    mode: Mutex<u32>,
}

impl Display {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|display| Self {
            queue: Workqueue::builder("display").build(),
            hotplug: Work::with_class(LockClass::new("hotplug"), of(display, Self::probe)),
            mode: Mutex::with_class(LockClass::new("mode"), 0),
        })
    }

    fn probe(&self) {
        *self.mode.lock() += 1;
    }

    fn teardown_under_lock(&self) {
        let mut mode = self.mode.lock();
        self.hotplug.flush();
        *mode = 0;
    }

    fn teardown(&self) {
        self.hotplug.flush();
        *self.mode.lock() = 0;
    }

    fn plug_in(&self) {
        self.queue.queue(&self.hotplug);
        self.queue.flush();
    }
}

pub fn bad() {
    let display = Display::new();
    run("teardown", &display, Display::teardown_under_lock);
    display.plug_in();
}

pub fn fixed() {
    let display = Display::new();
    run("teardown", &display, Display::teardown);
    display.plug_in();
}
