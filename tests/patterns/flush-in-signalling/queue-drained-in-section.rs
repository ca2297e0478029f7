//! Stopping a scheduler drains its queue before it completes the jobs that are left. From then on whatever anybody puts on that
//! queue leads to their signals, without knowing it.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::run;

struct Scheduler {
    submit_wq: Workqueue,
    submit: Work,
    job: Fence,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            submit_wq: Workqueue::builder("submit_wq").ordered().build(),
            submit: Work::with_class(LockClass::new("submit"), || might_sleep()),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) {
        self.submit_wq.queue(&self.submit);
        self.submit_wq.flush();
    }

    fn stop_draining_first(&self) {
        let _section = Section::begin();
        self.submit_wq.flush();
        self.job.signal_error();
    }

    fn stop(&self) {
        let section = Section::begin();
        self.job.signal_error();
        section.end();
        self.submit_wq.flush();
    }
}

pub fn bad() {
    let scheduler = Scheduler::new();
    scheduler.submit();
    run("stop", &scheduler, Scheduler::stop_draining_first);
}

pub fn fixed() {
    let scheduler = Scheduler::new();
    scheduler.submit();
    run("stop", &scheduler, Scheduler::stop);
}
