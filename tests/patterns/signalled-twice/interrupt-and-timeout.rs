//! The interrupt completes the job, and the timeout handler, which was on its way already, completes it once more. Both believe
//! that the fence is theirs.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Gpu {
    queue: Workqueue,
    tdr: Work,
    job: Fence,
}

impl Gpu {
    fn timing_out(handler: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            queue: Workqueue::builder("timeouts").mem_reclaim().build(),
            tdr: Work::with_class(LockClass::new("tdr"), of(gpu, handler)),
            job: Fence::new("job"),
        })
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.job.signal();
    }

    fn time_out_in_any_case(&self) {
        let _section = Section::begin();
        self.job.signal();
    }

    fn time_out(&self) {
        let _section = Section::begin();
        self.job.poll();
    }

    fn time_is_over(&self) {
        self.queue.queue(&self.tdr);
        self.queue.flush();
    }
}

pub fn bad() {
    let gpu = Gpu::timing_out(Gpu::time_out_in_any_case);
    run("done", &gpu, Gpu::interrupt);
    gpu.time_is_over();
}

pub fn fixed() {
    let gpu = Gpu::timing_out(Gpu::time_out);
    run("done", &gpu, Gpu::interrupt);
    gpu.time_is_over();
}
