//! Callbacks are bounced to an irq work, whose handler empties a list. It comes as an interrupt, so it may come on top of
//! the ioctl that holds the list's lock with interrupts on, and spins there for ever.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::{HardIrq, IrqDisabled};
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Bounce {
    list: SpinLock<Vec<u32>>,
}

impl Bounce {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            list: SpinLock::with_class(LockClass::new("list"), Vec::new()),
        })
    }

    fn ioctl_with_irqs_on(&self) {
        self.list.lock().push(1);
    }

    fn ioctl(&self) {
        let _irqs = IrqDisabled::new();
        self.list.lock().push(1);
    }

    fn irq_work(&self) {
        let _handler = HardIrq::enter();
        self.list.lock().clear();
    }
}

pub fn bad() {
    let bounce = Bounce::new();
    run("ioctl", &bounce, Bounce::ioctl_with_irqs_on);
    run("bounce", &bounce, Bounce::irq_work);
}

pub fn fixed() {
    let bounce = Bounce::new();
    run("ioctl", &bounce, Bounce::ioctl);
    run("bounce", &bounce, Bounce::irq_work);
}
