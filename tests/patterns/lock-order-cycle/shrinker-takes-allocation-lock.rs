//! Pages are allocated under the lock of the list of objects. When memory is short the allocation runs the driver's own
//! shrinker, which wants the list.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Reclaim, might_alloc};
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gem {
    lru: Mutex<Vec<Vec<u8>>>,
}

impl Gem {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            lru: Mutex::with_class(LockClass::new("lru"), Vec::new()),
        })
    }

    fn get_pages(&self) {
        let mut lru = self.lru.lock();
        might_alloc(Gfp::Kernel);
        lru.push(vec![0; 16]);
    }

    fn shrink_blocking(&self) {
        let _reclaim = Reclaim::enter();
        self.lru.lock().clear();
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        if let Some(mut lru) = self.lru.try_lock() {
            lru.clear();
        }
    }
}

pub fn bad() {
    let gem = Gem::new();
    run("get_pages", &gem, Gem::get_pages);
    run("kswapd", &gem, Gem::shrink_blocking);
}

pub fn fixed() {
    let gem = Gem::new();
    run("get_pages", &gem, Gem::get_pages);
    run("kswapd", &gem, Gem::shrink);
}
