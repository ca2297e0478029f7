//! A reset waits for the display to stop before it touches the GPU, inside the section that has to signal the hung job. The display
//! may wait for the job to show the next frame.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::of;

struct Gpu {
    queue: Workqueue,
    recover: Work,
    job: Fence,
    flip: Fence,
}

impl Gpu {
    fn recovering(recover: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|gpu| Self {
            queue: Workqueue::builder("resets").mem_reclaim().build(),
            recover: Work::with_class(LockClass::new("recover"), of(gpu, recover)),
            job: Fence::new("job"),
            flip: Fence::new("flip"),
        })
    }

    fn recover_waiting_first(&self) {
        let _section = Section::begin();
        self.flip.wait();
        self.job.signal_error();
    }

    fn recover(&self) {
        let section = Section::begin();
        self.job.signal_error();
        section.end();
        self.flip.wait();
    }

    fn hang(&self) {
        self.queue.queue(&self.recover);
        self.queue.flush();
    }
}

pub fn bad() {
    Gpu::recovering(Gpu::recover_waiting_first).hang();
}

pub fn fixed() {
    Gpu::recovering(Gpu::recover).hang();
}
