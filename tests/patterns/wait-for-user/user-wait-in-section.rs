//! A compute job starts when the program has written its doorbell, and the scheduler waits for that inside the section of the
//! job's fence. A fence must not depend on what a program does.

use std::sync::Arc;

use fence_lockdep::annotate::{Fence, wait_for_user};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Scheduler {
    job: Fence,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn run_job_waiting(&self) {
        let _section = Section::begin();
        wait_for_user();
        self.job.signal();
    }

    fn run_job(&self) {
        wait_for_user();
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
