//! A display driver walks its pending flips in a fence callback, under the lock of the timeline. That is the lock which the
//! fences were given, and under which callbacks run.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Display {
    tl: SpinLock<Vec<u32>>,
    flip: Fence,
    queue: Workqueue,
    retire: Work,
}

impl Display {
    fn new() -> Arc<Self> {
        let tl = SpinLock::with_class(LockClass::new("tl"), vec![1]);
        let flip = Fence::new("flip").locked_by(&tl);
        Arc::new_cyclic(|display| Self {
            tl,
            flip,
            queue: Workqueue::builder("display").build(),
            retire: Work::with_class(LockClass::new("retire"), of(display, Self::retire)),
        })
    }

    fn vblank_retiring(&self) {
        let _handler = HardIrq::enter();
        self.flip.signal();
        self.flip.callback(|| self.tl.lock().clear());
    }

    fn vblank(&self) {
        let _handler = HardIrq::enter();
        self.flip.signal();
        self.flip.callback(|| {
            self.queue.queue_after(&self.retire, LATER);
        });
    }

    fn retire(&self) {
        self.tl.lock_irq().clear();
    }
}

pub fn bad() {
    run("vblank", &Display::new(), Display::vblank_retiring);
}

pub fn fixed() {
    let display = Display::new();
    run("vblank", &display, Display::vblank);
    display.retire.flush();
}
