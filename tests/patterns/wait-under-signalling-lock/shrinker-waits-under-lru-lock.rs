//! The shrinker waits for busy objects with the list locked. Retiring a job takes it off that list before the signal, so the
//! memory that everybody waits for never comes.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::reclaim::Reclaim;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gem {
    lru: Mutex<Vec<u32>>,
    job: Fence,
}

impl Gem {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            lru: Mutex::with_class(LockClass::new("lru"), vec![1]),
            job: Fence::new("job"),
        })
    }

    fn shrink_waiting(&self) {
        let _reclaim = Reclaim::enter();
        let lru = self.lru.lock();
        self.job.wait();
        assert_eq!(lru.len(), 1);
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        if let Some(_lru) = self.lru.try_lock() {
            self.job.poll();
        }
    }

    fn retire(&self) {
        let _section = Section::begin();
        self.lru.lock().clear();
        self.job.signal();
    }
}

pub fn bad() {
    let gem = Gem::new();
    run("kswapd", &gem, Gem::shrink_waiting);
    run("retire", &gem, Gem::retire);
}

pub fn fixed() {
    let gem = Gem::new();
    run("kswapd", &gem, Gem::shrink);
    run("retire", &gem, Gem::retire);
}
