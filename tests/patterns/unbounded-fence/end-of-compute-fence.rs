//! The end of a compute queue is published as a fence. The program runs as long as it likes, and memory management waits for it
//! to move a buffer; a fence that says "off the hardware" is bounded, and does as well.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Queue {
    fence: Fence,
}

impl Queue {
    fn with(fence: Fence) -> Arc<Self> {
        Arc::new(Self { fence })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.fence.publish();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.preempt();
    }

    fn preempt(&self) {
        let _section = Section::begin();
        self.fence.signal();
    }
}

pub fn bad() {
    let queue = Queue::with(Fence::new("finished").unbounded());
    run("submit", &queue, Queue::submit);
    run("done", &queue, Queue::interrupt);
}

pub fn fixed() {
    let queue = Queue::with(Fence::new("preempted"));
    run("submit", &queue, Queue::submit);
    run("preempt", &queue, Queue::preempt);
}
