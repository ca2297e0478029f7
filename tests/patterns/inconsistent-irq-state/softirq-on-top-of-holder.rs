//! Jobs are completed in a tasklet, which takes them off a list. A submission adds to the list with bottom halves on, and the
//! tasklet may run on top of it, on any thread of that CPU.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::SoftIrq;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Engine {
    done_list: SpinLock<Vec<u32>>,
}

impl Engine {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            done_list: SpinLock::with_class(LockClass::new("done_list"), Vec::new()),
        })
    }

    fn submit_with_softirqs_on(&self) {
        self.done_list.lock().push(1);
    }

    fn submit(&self) {
        self.done_list.lock_irq().push(1);
    }

    fn tasklet(&self) {
        let _softirq = SoftIrq::enter();
        self.done_list.lock().clear();
    }
}

pub fn bad() {
    let engine = Engine::new();
    run("submit", &engine, Engine::submit_with_softirqs_on);
    run("idle", &engine, Engine::tasklet);
}

pub fn fixed() {
    let engine = Engine::new();
    run("submit", &engine, Engine::submit);
    run("idle", &engine, Engine::tasklet);
}
