//! The ioctl takes the lock of the pending list as if only threads did. The completion interrupt takes it too; if it comes on
//! the CPU of the ioctl, the owner cannot run until the interrupt is over, and the interrupt waits for the owner.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Ring {
    pending: SpinLock<Vec<u32>>,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            pending: SpinLock::with_class(LockClass::new("pending"), Vec::new()),
        })
    }

    fn ioctl_with_irqs_on(&self) {
        self.pending.lock().push(1);
    }

    fn ioctl(&self) {
        self.pending.lock_irq().push(1);
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.pending.lock().pop();
    }
}

pub fn bad() {
    let ring = Ring::new();
    run("ioctl", &ring, Ring::ioctl_with_irqs_on);
    run("done", &ring, Ring::interrupt);
}

pub fn fixed() {
    let ring = Ring::new();
    run("ioctl", &ring, Ring::ioctl);
    run("done", &ring, Ring::interrupt);
}
