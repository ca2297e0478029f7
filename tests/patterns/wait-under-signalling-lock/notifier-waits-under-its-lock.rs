//! User pages go away, and the notifier waits for the GPU to stop using them, with the page-table semaphore held for writing.
//! The job that it waits for reads the page tables before it is done.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::reclaim::Notifier;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::RwLock;

use crate::paths::run;

struct Userptr {
    ptl: RwLock<bool>,
    exec: Fence,
}

impl Userptr {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ptl: RwLock::with_class(LockClass::new("ptl"), true),
            exec: Fence::new("exec"),
        })
    }

    fn invalidate_under_lock(&self) {
        let _notifier = Notifier::enter();
        let mut valid = self.ptl.write();
        self.exec.wait();
        *valid = false;
    }

    fn invalidate(&self) {
        let _notifier = Notifier::enter();
        *self.ptl.write() = false;
        self.exec.wait();
    }

    fn run_job(&self) {
        let _section = Section::begin();
        assert!(!*self.ptl.read());
        self.exec.signal();
    }
}

pub fn bad() {
    let userptr = Userptr::new();
    run("munmap", &userptr, Userptr::invalidate_under_lock);
    run("sched", &userptr, Userptr::run_job);
}

pub fn fixed() {
    let userptr = Userptr::new();
    run("munmap", &userptr, Userptr::invalidate);
    run("sched", &userptr, Userptr::run_job);
}
