//! Frames complete in a softirq, under the lock of the queue. A debugfs file leaves bottom halves on while it holds the debug
//! lock, and a submission takes that one inside the queue's: the softirq may have to wait for what it came on top of.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::{BhDisabled, SoftIrq};
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Pipe {
    frames: SpinLock<Vec<u32>>,
    debug: SpinLock<u32>,
}

impl Pipe {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frames: SpinLock::with_class(LockClass::new("frames"), Vec::new()),
            debug: SpinLock::with_class(LockClass::new("debug"), 0),
        })
    }

    fn complete(&self) {
        let _softirq = SoftIrq::enter();
        self.frames.lock().pop();
    }

    fn show_with_bh_on(&self) {
        assert_eq!(*self.debug.lock(), 0);
    }

    fn show(&self) {
        let _bh = BhDisabled::new();
        assert_eq!(*self.debug.lock(), 0);
    }

    fn submit(&self) {
        let _bh = BhDisabled::new();
        let mut frames = self.frames.lock();
        *self.debug.lock() += 1;
        frames.push(1);
    }
}

pub fn bad() {
    let pipe = Pipe::new();
    run("complete_irq", &pipe, Pipe::complete);
    run("show", &pipe, Pipe::show_with_bh_on);
    run("submit", &pipe, Pipe::submit);
}

pub fn fixed() {
    let pipe = Pipe::new();
    run("complete_irq", &pipe, Pipe::complete);
    run("show", &pipe, Pipe::show);
    run("submit", &pipe, Pipe::submit);
}
