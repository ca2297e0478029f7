//! The GPU waits for a copy before it signals the first of two jobs; the copy engine waits for the second. No two fences wait
//! for each other, but a ring signals in order, and that closes the circle.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;

use crate::paths::run;

struct Engines {
    jobs: [Fence; 2],
    copy: Fence,
}

impl Engines {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            jobs: [
                Fence::new("job1").on("ring").seqno(1),
                Fence::new("job2").on("ring").seqno(2),
            ],
            copy: Fence::new("copy"),
        })
    }

    fn gpu(&self) {
        for job in &self.jobs {
            job.publish();
        }
        self.copy.wait();
        for job in &self.jobs {
            job.signal();
        }
    }

    fn dma_waits_first(&self) {
        self.copy.publish();
        self.jobs[1].wait();
        self.copy.signal();
    }

    fn dma(&self) {
        self.copy.publish();
        self.copy.signal();
        self.jobs[1].wait();
    }
}

pub fn bad() {
    let engines = Engines::new();
    run("gpu", &engines, Engines::gpu);
    run("dma", &engines, Engines::dma_waits_first);
}

pub fn fixed() {
    let engines = Engines::new();
    run("gpu", &engines, Engines::gpu);
    run("dma", &engines, Engines::dma);
}
