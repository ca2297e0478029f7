//! A helper with a section of its own waits for the job. Its section is clean by itself; its caller's is not, as that is where
//! the job is signalled, after the helper has returned.

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

    fn drain(&self) {
        let _section = Section::named("inner");
        self.job.wait();
    }

    fn look(&self) {
        let _section = Section::named("inner");
        self.job.poll();
    }

    fn retire(&self, helper: impl FnOnce(&Self)) {
        let _section = Section::named("outer");
        helper(self);
        self.job.signal();
    }
}

pub fn bad() {
    run("retire", &Ring::new(), |ring| ring.retire(Ring::drain));
}

pub fn fixed() {
    run("retire", &Ring::new(), |ring| ring.retire(Ring::look));
}
