//! A shrinker has its purge done by a work item and waits for it. There is no rescuer, so that to free memory takes a thread, and
//! the thread takes memory.

use std::sync::Arc;

use fence_lockdep::reclaim::Reclaim;
use fence_lockdep::workqueue::{Builder, Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::run;

struct Gem {
    purge_wq: Workqueue,
    purge: Work,
}

impl Gem {
    fn with_queue(describe: fn(Builder) -> Builder) -> Arc<Self> {
        Arc::new(Self {
            purge_wq: describe(Workqueue::builder("purge_wq").ordered()).build(),
            purge: Work::with_class(LockClass::new("purge"), || might_sleep()),
        })
    }

    fn purge(&self) {
        self.purge_wq.queue(&self.purge);
        self.purge_wq.flush();
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        self.purge.flush();
    }
}

pub fn bad() {
    let gem = Gem::with_queue(|queue| queue);
    gem.purge();
    run("kswapd", &gem, Gem::shrink);
}

pub fn fixed() {
    let gem = Gem::with_queue(Builder::mem_reclaim);
    gem.purge();
    run("kswapd", &gem, Gem::shrink);
}
