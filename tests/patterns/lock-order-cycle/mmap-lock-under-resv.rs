//! An import looks user pages up, and takes the mmap lock for it, when it has locked the buffer already. Page faults come the
//! other way: the mmap lock first, then the buffer.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::RwLock;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Import {
    mmap: RwLock<u64>,
    resv: WwMutex<u64>,
}

impl Import {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            mmap: RwLock::with_class(LockClass::new("mmap"), 0x1000),
            resv: WwMutex::new(&RESV, 0),
        })
    }

    fn import_buffer_first(&self) {
        let mut pages = self.resv.lock_without_context();
        *pages = *self.mmap.read();
    }

    fn import(&self) -> Result<(), WwError> {
        let mmap = self.mmap.read();
        let ctx = AcquireCtx::new(&RESV);
        *self.resv.lock(&ctx)? = *mmap;
        Ok(())
    }
}

pub fn bad() {
    run("import", &Import::new(), Import::import_buffer_first);
}

pub fn fixed() {
    run("import", &Import::new(), Import::import);
}
