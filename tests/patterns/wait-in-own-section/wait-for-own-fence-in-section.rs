//! A completion path makes sure that the job is done, by waiting for its fence, before it says so by signalling that fence.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Ring {
    job: Fence,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn retire_after_wait(&self) {
        let _section = Section::begin();
        self.job.wait();
        self.job.signal();
    }

    fn retire(&self) {
        let section = Section::begin();
        self.job.signal();
        section.end();
        self.job.wait();
    }
}

pub fn bad() {
    run("retire", &Ring::new(), Ring::retire_after_wait);
}

pub fn fixed() {
    run("retire", &Ring::new(), Ring::retire);
}
