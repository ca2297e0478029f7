//! The driver gave its own spinlock to its fences. Signalling takes it, here in an interrupt, although no line of the handler
//! says so; an ioctl that takes it with interrupts on can be interrupted by that.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Display {
    tl: SpinLock<u32>,
    frame: Fence,
}

impl Display {
    fn new() -> Arc<Self> {
        let tl = SpinLock::with_class(LockClass::new("tl"), 0);
        let frame = Fence::new("frame").locked_by(&tl);
        Arc::new(Self { tl, frame })
    }

    fn ioctl_with_irqs_on(&self) {
        *self.tl.lock() += 1;
    }

    fn ioctl(&self) {
        *self.tl.lock_irq() += 1;
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
    }
}

pub fn bad() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl_with_irqs_on);
    run("done", &display, Display::interrupt);
}

pub fn fixed() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl);
    run("done", &display, Display::interrupt);
}
