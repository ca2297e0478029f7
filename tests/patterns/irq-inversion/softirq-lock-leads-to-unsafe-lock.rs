//! The frame timer takes the queue of frames, under which submission takes a lock that is there for debugging. A debugfs file
//! takes that one with bottom halves on, and so the timer can be kept waiting by whatever it interrupted.

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

    fn submit(&self) {
        let _bh = BhDisabled::new();
        let mut frames = self.frames.lock();
        *self.debug.lock() += 1;
        frames.push(1);
    }

    fn show_with_bh_on(&self) {
        assert_eq!(*self.debug.lock(), 1);
    }

    fn show(&self) {
        let _bh = BhDisabled::new();
        assert_eq!(*self.debug.lock(), 1);
    }

    fn tick(&self) {
        let _timer = SoftIrq::enter();
        self.frames.lock().pop();
    }
}

pub fn bad() {
    let pipe = Pipe::new();
    run("submit", &pipe, Pipe::submit);
    run("show", &pipe, Pipe::show_with_bh_on);
    run("tick", &pipe, Pipe::tick);
}

pub fn fixed() {
    let pipe = Pipe::new();
    run("submit", &pipe, Pipe::submit);
    run("show", &pipe, Pipe::show);
    run("tick", &pipe, Pipe::tick);
}
