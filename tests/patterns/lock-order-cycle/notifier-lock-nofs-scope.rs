//! Keeping an allocation out of file systems does not keep it out of notifiers: every allocation that reclaims at all may
//! call one. Under a lock that the notifier takes, only one that does not reclaim is safe.

use std::collections::BTreeMap;
use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Notifier, might_alloc, no_fs};
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

    fn insert_without_fs(&self) {
        let mut ranges = self.ranges.lock();
        let no_fs = no_fs();
        might_alloc(Gfp::Kernel);
        drop(no_fs);
        ranges.insert(0x1000, 0x2000);
    }

    fn insert(&self) {
        let mut ranges = self.ranges.lock();
        might_alloc(Gfp::NoWait);
        ranges.insert(0x1000, 0x2000);
    }

    fn invalidate(&self) {
        let _notifier = Notifier::enter();
        self.ranges.lock().remove(&0x1000);
    }
}

pub fn bad() {
    let userptr = Userptr::new();
    run("insert", &userptr, Userptr::insert_without_fs);
    run("munmap", &userptr, Userptr::invalidate);
}

pub fn fixed() {
    let userptr = Userptr::new();
    run("insert", &userptr, Userptr::insert);
    run("munmap", &userptr, Userptr::invalidate);
}
