//! A reset runs in the scope without I/O that power management opened for it, and relies on that for its allocations. The
//! jobs that it has to signal may be what reclaim waits for.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{might_alloc, no_io};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Gpu {
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn reset_and_allocate(&self) {
        let _scope = no_io();
        let _section = Section::begin();
        might_alloc(Gfp::Kernel);
        self.job.signal_error();
    }

    fn reset(&self) {
        let _section = Section::begin();
        self.job.signal_error();
    }
}

pub fn bad() {
    run("reset", &Gpu::new(), Gpu::reset_and_allocate);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("probe", &gpu, |_| might_alloc(Gfp::Kernel));
    run("reset", &gpu, Gpu::reset);
}
