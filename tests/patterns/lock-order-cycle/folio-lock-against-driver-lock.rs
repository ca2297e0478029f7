//! Migration is called with the folio locked and takes the driver's lock. The fault path has the driver's lock and wants the
//! folio; it may only try.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Mutex, Semaphore};

use crate::paths::run;

struct Svm {
    /// One permit, which one thread may take and another give back: the lock of a folio.
    page: Semaphore,
    svm: Mutex<Vec<u64>>,
}

impl Svm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            page: Semaphore::with_class(LockClass::new("page"), 1),
            svm: Mutex::with_class(LockClass::new("svm"), vec![1]),
        })
    }

    fn migrate(&self) {
        let _page = self.page.acquire();
        self.svm.lock().clear();
    }

    fn fault_blocking(&self) {
        let mut svm = self.svm.lock();
        let _page = self.page.acquire();
        svm.push(2);
    }

    fn fault(&self) {
        let mut svm = self.svm.lock();
        if let Some(_page) = self.page.try_acquire() {
            svm.push(2);
        }
    }
}

pub fn bad() {
    let svm = Svm::new();
    run("migrate", &svm, Svm::migrate);
    run("fault", &svm, Svm::fault_blocking);
}

pub fn fixed() {
    let svm = Svm::new();
    run("migrate", &svm, Svm::migrate);
    run("fault", &svm, Svm::fault);
}
