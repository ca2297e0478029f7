//! A reset wants everything quiet before it completes the hung job, and waits for the submit work. That work waits for another
//! driver's fence, which may wait for the job.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::of;

struct Gpu {
    submits: Workqueue,
    resets: Workqueue,
    submit: Work,
    reset: Work,
    dep: Fence,
    job: Fence,
}

impl Gpu {
    fn resetting(reset: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            submits: Workqueue::builder("submits").build(),
            resets: Workqueue::builder("resets").mem_reclaim().build(),
            submit: Work::with_class(LockClass::new("submit"), of(gpu, Self::submit)),
            reset: Work::with_class(LockClass::new("reset"), of(gpu, reset)),
            dep: Fence::new("dep"),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) {
        self.dep.wait();
    }

    fn reset_flushing(&self) {
        let _section = Section::begin();
        self.submit.flush();
        self.job.signal_error();
    }

    fn reset(&self) {
        let _section = Section::begin();
        self.submit.cancel();
        self.job.signal_error();
    }

    fn hang(&self) {
        self.submits.queue(&self.submit);
        self.submits.flush();
        self.resets.queue(&self.reset);
        self.resets.flush();
    }
}

pub fn bad() {
    Gpu::resetting(Gpu::reset_flushing).hang();
}

pub fn fixed() {
    Gpu::resetting(Gpu::reset).hang();
}
