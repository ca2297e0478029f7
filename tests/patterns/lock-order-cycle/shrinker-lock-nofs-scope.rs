//! The shrinker needs the list under whose lock the driver allocates. It only runs for allocations that may enter file
//! systems, so here a scope that forbids those is enough.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Reclaim, might_alloc, no_fs};
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

    fn get_pages_anyhow(&self) {
        let mut lru = self.lru.lock();
        might_alloc(Gfp::Kernel);
        lru.push(vec![0; 16]);
    }

    fn get_pages(&self) {
        let mut lru = self.lru.lock();
        let _no_fs = no_fs();
        might_alloc(Gfp::Kernel);
        lru.push(vec![0; 16]);
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        self.lru.lock().clear();
    }
}

pub fn bad() {
    let gem = Gem::new();
    run("get_pages", &gem, Gem::get_pages_anyhow);
    run("kswapd", &gem, Gem::shrink);
}

pub fn fixed() {
    let gem = Gem::new();
    run("get_pages", &gem, Gem::get_pages);
    run("kswapd", &gem, Gem::shrink);
}
