//! A job depends on a fence of another driver, and waits for it when it runs: inside the section that has to signal the job.
//! The other driver may wait for the job in the same way.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Scheduler {
    other: Fence,
    job: Fence,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            other: Fence::new("other"),
            job: Fence::new("job"),
        })
    }

    fn run_job_waiting(&self) {
        let _section = Section::begin();
        self.other.wait();
        self.job.signal();
    }

    fn run_job(&self) {
        self.other.wait();
        let _section = Section::begin();
        self.job.publish();
        self.job.signal();
    }
}

pub fn bad() {
    run("sched", &Scheduler::new(), Scheduler::run_job_waiting);
}

pub fn fixed() {
    run("sched", &Scheduler::new(), Scheduler::run_job);
}
