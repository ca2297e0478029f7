//! A move locks the old and the new backing store, one after the other and without an acquire context. Two moves in opposite
//! directions block each other, and neither is told to back off.

use std::sync::Arc;

use fence_lockdep::sync::ww::{LockSet, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Buffer {
    old: WwMutex<u32>,
    new: WwMutex<u32>,
}

impl Buffer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            old: WwMutex::new(&RESV, 7),
            new: WwMutex::new(&RESV, 0),
        })
    }

    fn move_one_by_one(&self) {
        let old = self.old.lock_without_context();
        let mut new = self.new.lock_without_context();
        *new = *old;
    }

    fn move_together(&self) -> Result<(), WwError> {
        LockSet::new(&RESV).lock_all(
            |set| {
                set.lock(&self.old)?;
                set.lock(&self.new)
            },
            |set| *set.get_mut(&self.new) = *set.get(&self.old),
        )
    }
}

pub fn bad() {
    run("move", &Buffer::new(), Buffer::move_one_by_one);
}

pub fn fixed() {
    run("move", &Buffer::new(), Buffer::move_together);
}
