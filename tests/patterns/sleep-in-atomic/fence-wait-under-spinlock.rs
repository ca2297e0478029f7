//! Cleanup walks the pending fences and waits for each, with the lock of the list held. The wait sleeps, and whoever wants
//! the list next spins on an owner that does not run.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Ring {
    pending: SpinLock<Vec<&'static str>>,
    job: Fence,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            pending: SpinLock::with_class(LockClass::new("pending"), vec!["job"]),
            job: Fence::new("job"),
        })
    }

    fn cleanup_under_lock(&self) {
        let mut pending = self.pending.lock();
        self.job.wait();
        pending.clear();
    }

    fn cleanup(&self) {
        let mut pending = self.pending.lock();
        self.job.get();
        pending.clear();
        drop(pending);
        self.job.wait();
        self.job.put();
    }
}

pub fn bad() {
    run("cleanup", &Ring::new(), Ring::cleanup_under_lock);
}

pub fn fixed() {
    run("cleanup", &Ring::new(), Ring::cleanup);
}
