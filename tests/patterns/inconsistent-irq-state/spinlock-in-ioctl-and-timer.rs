//! A virtual display counts its vertical blanks in a timer. An ioctl takes the lock of the count with bottom halves on, and the
//! timer may run on top of it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::BhDisabled;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::timer::Timer;

use crate::paths::{LATER, of, run};

struct Display {
    frame: Timer,
    vblank: SpinLock<u64>,
}

impl Display {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|display| Self {
            frame: Timer::with_class(LockClass::new("frame"), of(display, Self::count)),
            vblank: SpinLock::with_class(LockClass::new("vblank"), 0),
        })
    }

    fn ioctl_with_bh_on(&self) {
        *self.vblank.lock() += 1;
    }

    fn ioctl(&self) {
        let _bh = BhDisabled::new();
        *self.vblank.lock() += 1;
    }

    fn count(&self) {
        *self.vblank.lock() += 1;
    }

    fn tick(&self) {
        self.frame.arm(LATER);
        self.frame.fire();
    }
}

pub fn bad() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl_with_bh_on);
    run("tick", &display, Display::tick);
}

pub fn fixed() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl);
    run("tick", &display, Display::tick);
}
