//! The walk over all buffers keeps the manager's lock and waits for a reservation; validation has a reservation and wants the
//! manager. The acquire context is no help: it tells threads apart that meet on reservations, and these do not.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Manager {
    lru: Mutex<Vec<usize>>,
    resv: WwMutex<u32>,
}

impl Manager {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            lru: Mutex::with_class(LockClass::new("lru"), vec![0]),
            resv: WwMutex::new(&RESV, 0),
        })
    }

    fn walk_blocking(&self) -> Result<(), WwError> {
        let _lru = self.lru.lock();
        let ctx = AcquireCtx::new(&RESV);
        *self.resv.lock(&ctx)? += 1;
        Ok(())
    }

    fn walk(&self) {
        let _lru = self.lru.lock();
        if let Some(mut resv) = self.resv.try_lock(None) {
            *resv += 1;
        }
    }

    fn validate(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        self.lru.lock().push(1);
        Ok(())
    }
}

pub fn bad() {
    let manager = Manager::new();
    run("walk", &manager, Manager::walk_blocking);
    run("validate", &manager, Manager::validate);
}

pub fn fixed() {
    let manager = Manager::new();
    run("walk", &manager, Manager::walk);
    run("validate", &manager, Manager::validate);
}
