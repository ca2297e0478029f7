//! A ring retires by slot, and the slot of the second job comes first. Whoever saw the second fence takes the first for done
//! and reuses its memory.

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

    fn submit(&self) {
        let _section = Section::begin();
        for job in &self.jobs {
            job.publish();
        }
    }

    fn retire_by_slot(&self) {
        let _section = Section::begin();
        for job in self.jobs.iter().rev() {
            job.signal();
        }
    }

    fn retire(&self) {
        let _section = Section::begin();
        for job in &self.jobs {
            job.signal();
        }
    }
}

pub fn bad() {
    let ring = Ring::new();
    run("submit", &ring, Ring::submit);
    run("retire", &ring, Ring::retire_by_slot);
}

pub fn fixed() {
    let ring = Ring::new();
    run("submit", &ring, Ring::submit);
    run("retire", &ring, Ring::retire);
}
