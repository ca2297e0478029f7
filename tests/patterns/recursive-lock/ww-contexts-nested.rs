//! An allocation has a buffer locked and evicts another one, with an acquire context of its own. That one holds nothing yet, so
//! it just waits where it should be told to back off, and the thread keeps what its first context has.

use std::sync::Arc;

use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Buffers {
    wanted: WwMutex<u32>,
    evicted: WwMutex<u32>,
}

impl Buffers {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            wanted: WwMutex::new(&RESV, 0),
            evicted: WwMutex::new(&RESV, 1),
        })
    }

    fn allocate_evicting_alone(&self) -> Result<(), WwError> {
        let outer = AcquireCtx::new(&RESV);
        let mut wanted = self.wanted.lock(&outer)?;
        let inner = AcquireCtx::new(&RESV);
        *wanted = *self.evicted.lock(&inner)?;
        Ok(())
    }

    fn allocate(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let mut wanted = self.wanted.lock(&ctx)?;
        *wanted = *self.evicted.lock(&ctx)?;
        Ok(())
    }
}

pub fn bad() {
    run("evict", &Buffers::new(), Buffers::allocate_evicting_alone);
}

pub fn fixed() {
    run("evict", &Buffers::new(), Buffers::allocate);
}
