//! Submission takes the scheduler's lock and in it that of the statistics. A query holds the statistics with interrupts on;
//! the completion interrupt comes on top and wants the scheduler's lock, whose owner waits for the query.

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

    fn submit(&self) {
        let mut sched = self.sched.lock_irq();
        *self.stats.lock() += 1;
        sched.push(1);
    }

    fn query_with_irqs_on(&self) {
        assert_eq!(*self.stats.lock(), 1);
    }

    fn query(&self) {
        assert_eq!(*self.stats.lock_irq(), 1);
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        self.sched.lock().pop();
    }
}

pub fn bad() {
    let scheduler = Scheduler::new();
    run("submit", &scheduler, Scheduler::submit);
    run("query", &scheduler, Scheduler::query_with_irqs_on);
    run("done", &scheduler, Scheduler::interrupt);
}

pub fn fixed() {
    let scheduler = Scheduler::new();
    run("submit", &scheduler, Scheduler::submit);
    run("query", &scheduler, Scheduler::query);
    run("done", &scheduler, Scheduler::interrupt);
}
