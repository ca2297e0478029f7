//! Recovery builds a crash state, memory and all, with the GPU's lock held. The job thread takes that lock on its way to the
//! signal; the allocation may wait for reclaim, reclaim for the job, the job for the lock.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Reclaim, might_alloc};
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    gpu: Mutex<Option<Vec<u8>>>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            gpu: Mutex::with_class(LockClass::new("gpu"), None),
            job: Fence::new("job"),
        })
    }

    fn run_job(&self) {
        let _section = Section::begin();
        *self.gpu.lock() = None;
        self.job.signal();
    }

    fn recover_and_allocate(&self) {
        let mut state = self.gpu.lock();
        might_alloc(Gfp::Kernel);
        *state = Some(vec![0; 16]);
    }

    fn recover(&self) {
        might_alloc(Gfp::Kernel);
        let dump = vec![0; 16];
        *self.gpu.lock() = Some(dump);
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        self.job.wait();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("sched", &gpu, Gpu::run_job);
    run("recover", &gpu, Gpu::recover_and_allocate);
    run("kswapd", &gpu, Gpu::shrink);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("sched", &gpu, Gpu::run_job);
    run("recover", &gpu, Gpu::recover);
    run("kswapd", &gpu, Gpu::shrink);
}
