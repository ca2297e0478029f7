//! An interrupt uses the scheduler's lock; a query holds the statistics with interrupts on. Neither is wrong, until a
//! submission takes the statistics under the scheduler's lock and ties the two together.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Scheduler {
    sched: SpinLock<Vec<u32>>,
    stats: SpinLock<u64>,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            sched: SpinLock::with_class(LockClass::new("sched"), Vec::new()),
            stats: SpinLock::with_class(LockClass::new("stats"), 0),
        })
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.sched.lock().pop();
    }

    fn query_with_irqs_on(&self) {
        assert_eq!(*self.stats.lock(), 0);
    }

    fn query(&self) {
        assert_eq!(*self.stats.lock_irq(), 0);
    }

    fn submit(&self) {
        let mut sched = self.sched.lock_irq();
        *self.stats.lock() += 1;
        sched.push(1);
    }
}

pub fn bad() {
    let scheduler = Scheduler::new();
    run("done", &scheduler, Scheduler::interrupt);
    run("query", &scheduler, Scheduler::query_with_irqs_on);
    run("submit", &scheduler, Scheduler::submit);
}

pub fn fixed() {
    let scheduler = Scheduler::new();
    run("done", &scheduler, Scheduler::interrupt);
    run("query", &scheduler, Scheduler::query);
    run("submit", &scheduler, Scheduler::submit);
}
