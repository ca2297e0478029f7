//! A range is inserted into the tree, and its node allocated under the lock of the tree. The allocation may reclaim a page
//! that this driver watches, and then its own notifier waits for that lock.

use std::collections::BTreeMap;
use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Notifier, might_alloc};
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Userptr {
    ranges: Mutex<BTreeMap<u64, u64>>,
}

impl Userptr {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ranges: Mutex::with_class(LockClass::new("ranges"), BTreeMap::new()),
        })
    }

    fn insert_and_allocate(&self) {
        let mut ranges = self.ranges.lock();
        might_alloc(Gfp::Kernel);
        ranges.insert(0x1000, 0x2000);
    }

    fn insert(&self) {
        might_alloc(Gfp::Kernel);
        self.ranges.lock().insert(0x1000, 0x2000);
    }

    fn invalidate(&self) {
        let _notifier = Notifier::enter();
        self.ranges.lock().remove(&0x1000);
    }
}

pub fn bad() {
    let userptr = Userptr::new();
    run("insert", &userptr, Userptr::insert_and_allocate);
    run("munmap", &userptr, Userptr::invalidate);
}

pub fn fixed() {
    let userptr = Userptr::new();
    run("insert", &userptr, Userptr::insert);
    run("munmap", &userptr, Userptr::invalidate);
}
