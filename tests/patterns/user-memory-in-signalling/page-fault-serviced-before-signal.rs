//! The device shares the address space of a program and may fault; the job goes on when the driver has resolved the fault. So
//! its fence depends on the mmap lock, whose owner may wait for fences.

use std::sync::Arc;

use fence_lockdep::annotate::{Fence, touch_user_memory};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Svm {
    job: Fence,
    preempted: Fence,
}

impl Svm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
            preempted: Fence::new("preempted"),
        })
    }

    fn resolve_fault_and_signal(&self) {
        let _section = Section::begin();
        touch_user_memory();
        self.job.signal();
    }

    fn preempt(&self) {
        let _section = Section::begin();
        self.preempted.signal();
    }
}

pub fn bad() {
    run("faults", &Svm::new(), Svm::resolve_fault_and_signal);
}

pub fn fixed() {
    let svm = Svm::new();
    run("faults", &svm, |_| touch_user_memory());
    run("preempt", &svm, Svm::preempt);
}
