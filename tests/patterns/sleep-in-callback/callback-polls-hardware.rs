//! A capture driver starts the next transfer from the callback of the last one, and sleeps until the hardware is ready. All that
//! time it has the fence's lock, which the next interrupt will spin for.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::timer::Timer;
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{LATER, run};

struct Capture {
    frame: Fence,
    start_next: Timer,
}

impl Capture {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
            start_next: Timer::with_class(LockClass::new("start_next"), || {}),
        })
    }

    fn complete(&self, callback: impl FnOnce()) {
        self.frame.with_lock(|| {
            self.frame.signal();
            self.frame.callback(callback);
        });
    }

    fn complete_polling(&self) {
        self.complete(|| might_sleep());
    }

    fn complete_arming(&self) {
        self.complete(|| {
            self.start_next.arm(LATER);
        });
    }

    fn next(&self) {
        self.start_next.fire();
    }
}

pub fn bad() {
    run("done", &Capture::new(), Capture::complete_polling);
}

pub fn fixed() {
    let capture = Capture::new();
    run("done", &capture, Capture::complete_arming);
    run("next", &capture, Capture::next);
}
