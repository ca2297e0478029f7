//! The scheduler's queue has a rescuer, so that it always gets on, and therefore everything was put there. An item that waits for a
//! job keeps the rescuer busy, and the job's own item has nobody to run it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Gpu {
    sched: Workqueue,
    system: Workqueue,
    report: Work,
    run_job: Work,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            sched: Workqueue::builder("sched").mem_reclaim().build(),
            system: Workqueue::builder("system").build(),
            report: Work::with_class(LockClass::new("report"), of(gpu, Self::report)),
            run_job: Work::with_class(LockClass::new("run_job"), of(gpu, Self::run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self, reports: &Workqueue) {
        reports.queue_after(&self.report, LATER);
        let _section = Section::begin();
        self.job.publish();
        self.sched.queue_after(&self.run_job, LATER);
    }

    fn report(&self) {
        self.job.wait();
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }

    fn run_items(&self) {
        self.report.flush();
        self.run_job.flush();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, |gpu| gpu.submit(&gpu.sched));
    gpu.run_items();
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, |gpu| gpu.submit(&gpu.system));
    gpu.run_items();
}
