//! The whole job callback was put into a scope without file systems, so that no allocation below it needs a flag. The scope
//! lets reclaim go on to the notifiers; one that forbids reclaim would not.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{might_alloc, no_fs, no_reclaim};
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

    fn run_job_without_fs(&self) {
        let _section = Section::begin();
        {
            let _scope = no_fs();
            might_alloc(Gfp::Kernel);
        }
        self.job.signal();
    }

    fn run_job(&self) {
        let _section = Section::begin();
        {
            let _scope = no_reclaim();
            might_alloc(Gfp::Kernel);
        }
        self.job.signal();
    }
}

pub fn bad() {
    run("sched", &Scheduler::new(), Scheduler::run_job_without_fs);
}

pub fn fixed() {
    run("sched", &Scheduler::new(), Scheduler::run_job);
}
