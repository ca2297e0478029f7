//! "When this one is done, wait for the other one too": a callback waits for a second fence. It sleeps under the lock of the first,
//! and if the two share it, the second can never be signalled.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Both {
    a: Fence,
    b: Fence,
    queue: Workqueue,
    second: Work,
}

impl Both {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|both| Self {
            a: Fence::new("a"),
            b: Fence::new("b"),
            queue: Workqueue::builder("both").build(),
            second: Work::with_class(LockClass::new("second"), of(both, Self::wait_for_b)),
        })
    }

    fn wait_for_b(&self) {
        self.b.wait();
    }

    fn retire_waiting(&self) {
        self.a.signal();
        self.a.callback(|| self.wait_for_b());
    }

    fn retire(&self) {
        self.a.signal();
        self.a.callback(|| {
            self.queue.queue_after(&self.second, LATER);
        });
    }
}

pub fn bad() {
    run("retire", &Both::new(), Both::retire_waiting);
}

pub fn fixed() {
    let both = Both::new();
    run("retire", &both, Both::retire);
    both.second.flush();
}
