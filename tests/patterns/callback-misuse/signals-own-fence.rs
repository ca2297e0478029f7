//! A callback calls the helper that completes everything, and that signals the fence whose callback it is. Under the lock of a
//! fence only another one of the same timeline can be signalled.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::sync::SpinLock;

use crate::paths::run;

struct Ring {
    job: Fence,
    next: Fence,
}

impl Ring {
    fn with_own_locks() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
            next: Fence::new("next"),
        })
    }

    fn with_lock(tl: &SpinLock<()>) -> Arc<Self> {
        let fence = |name, number| Fence::new(name).on("ring").seqno(number).locked_by(tl);
        Arc::new(Self {
            job: fence("job", 1),
            next: fence("next", 2),
        })
    }

    fn retire_itself(&self) {
        self.job
            .with_lock(|| self.job.callback(|| self.job.signal()));
    }

    fn retire(&self) {
        self.job.with_lock(|| {
            self.job.signal();
            self.job.callback(|| self.next.signal());
        });
    }
}

pub fn bad() {
    run("retire", &Ring::with_own_locks(), Ring::retire_itself);
}

pub fn fixed() {
    let tl = SpinLock::with_class(LockClass::new("tl"), ());
    run("retire", &Ring::with_lock(&tl), Ring::retire);
}
