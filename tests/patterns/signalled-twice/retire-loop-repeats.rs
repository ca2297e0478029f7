//! A loop over the ring starts one slot too early, at the last fence of the pass before. The second signal does nothing, but
//! whoever counts completions is one off from now on.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Ring {
    jobs: [Fence; 2],
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            jobs: [
                Fence::new("job1").on("ring").seqno(1),
                Fence::new("job2").on("ring").seqno(2),
            ],
        })
    }

    fn retire(&self, jobs: std::ops::Range<usize>) {
        let _section = Section::begin();
        for job in &self.jobs[jobs] {
            job.signal();
        }
    }
}

pub fn bad() {
    run("retire", &Ring::new(), |ring| {
        ring.retire(0..1);
        ring.retire(0..2);
    });
}

pub fn fixed() {
    run("retire", &Ring::new(), |ring| {
        ring.retire(0..1);
        ring.retire(1..2);
    });
}
