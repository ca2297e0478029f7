//! The job callback allocates while a fence waits for it. `GFP_NOFS` is the usual answer to the first report, and no answer:
//! reclaim still calls notifiers, and those wait for fences.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
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

    fn run_job(&self, flags: Gfp) {
        let _section = Section::begin();
        might_alloc(flags);
        self.job.signal();
    }
}

pub fn bad() {
    run("sched", &Scheduler::new(), |scheduler| {
        scheduler.run_job(Gfp::NoFs);
    });
}

pub fn fixed() {
    run("sched", &Scheduler::new(), |scheduler| {
        scheduler.run_job(Gfp::NoWait);
    });
}
