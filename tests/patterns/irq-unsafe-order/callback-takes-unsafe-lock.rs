//! A callback counts what was done, under a lock that an ioctl takes with interrupts on. The worker that signals looks
//! innocent, but the callback runs under the fence's lock, and that one is also taken in an interrupt.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Ring {
    /// What the fences lock themselves with; the driver itself never takes it.
    _tl: SpinLock<()>,
    first: Fence,
    second: Fence,
    stats: SpinLock<u64>,
}

impl Ring {
    fn new() -> Arc<Self> {
        let tl = SpinLock::with_class(LockClass::new("tl"), ());
        let fence = |name, number| Fence::new(name).on("ring").seqno(number).locked_by(&tl);
        Arc::new(Self {
            first: fence("f1", 1),
            second: fence("f2", 2),
            _tl: tl,
            stats: SpinLock::with_class(LockClass::new("stats"), 0),
        })
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.first.signal();
    }

    fn ioctl_with_irqs_on(&self) {
        assert_eq!(*self.stats.lock(), 0);
    }

    fn ioctl(&self) {
        assert_eq!(*self.stats.lock_irq(), 0);
    }

    fn retire(&self) {
        self.second.signal();
        self.second.callback(|| *self.stats.lock() += 1);
    }
}

pub fn bad() {
    let ring = Ring::new();
    run("done", &ring, Ring::interrupt);
    run("ioctl", &ring, Ring::ioctl_with_irqs_on);
    run("retire", &ring, Ring::retire);
}

pub fn fixed() {
    let ring = Ring::new();
    run("done", &ring, Ring::interrupt);
    run("ioctl", &ring, Ring::ioctl);
    run("retire", &ring, Ring::retire);
}
