//! A job has a fence for being scheduled and one for being finished. When it is skipped only the second is signalled, and
//! whoever waits for the first waits for ever.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Job {
    scheduled: Fence,
    finished: Fence,
}

impl Job {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            scheduled: Fence::new("scheduled"),
            finished: Fence::new("finished"),
        })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.scheduled.publish();
        self.finished.publish();
    }

    fn skip_half(&self) {
        let _section = Section::begin();
        self.finished.signal_error();
    }

    fn skip(&self) {
        let _section = Section::begin();
        self.scheduled.signal();
        self.finished.signal_error();
    }
}

pub fn bad() {
    let job = Job::new();
    run("ioctl", &job, Job::submit);
    run("sched", &job, Job::skip_half);
}

pub fn fixed() {
    let job = Job::new();
    run("ioctl", &job, Job::submit);
    run("sched", &job, Job::skip);
}
