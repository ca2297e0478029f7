//! A file is closed and its pending work cancelled, and with the work the only line that would have signalled the job.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct File {
    queue: Workqueue,
    run_job: Work,
    job: Fence,
}

impl File {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|file| Self {
            queue: Workqueue::builder("jobs").mem_reclaim().build(),
            run_job: Work::with_class(LockClass::new("run_job"), of(file, Self::run_job)),
            job: Fence::new("job"),
        })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.job.publish();
        self.queue.queue_after(&self.run_job, LATER);
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }

    fn close_and_forget(&self) {
        self.run_job.cancel();
    }

    fn close(&self) {
        let _section = Section::begin();
        if self.run_job.cancel() {
            self.job.signal_error();
        }
    }
}

pub fn bad() {
    let file = File::new();
    run("ioctl", &file, File::submit);
    run("close", &file, File::close_and_forget);
}

pub fn fixed() {
    let file = File::new();
    run("ioctl", &file, File::submit);
    run("close", &file, File::close);
}
