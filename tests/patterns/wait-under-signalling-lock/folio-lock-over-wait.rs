//! Migration keeps the folio locked until the copy is done, and the end of the copy locks the folio to mark it dirty. It has
//! to signal first.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Semaphore;

use crate::paths::run;

struct Migration {
    /// One permit, which one thread may take and another give back: the lock of a folio.
    page: Semaphore,
    copy: Fence,
}

impl Migration {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            page: Semaphore::with_class(LockClass::new("page"), 1),
            copy: Fence::new("copy"),
        })
    }

    fn migrate(&self) {
        let _page = self.page.acquire();
        self.copy.wait();
    }

    fn mark_dirty(&self) {
        drop(self.page.acquire());
    }

    fn copy_done_dirty_first(&self) {
        let _section = Section::begin();
        self.mark_dirty();
        self.copy.signal();
    }

    fn copy_done(&self) {
        let section = Section::begin();
        self.copy.signal();
        section.end();
        self.mark_dirty();
    }
}

pub fn bad() {
    let migration = Migration::new();
    run("migrate", &migration, Migration::migrate);
    run("copy_done", &migration, Migration::copy_done_dirty_first);
}

pub fn fixed() {
    let migration = Migration::new();
    run("migrate", &migration, Migration::migrate);
    run("copy_done", &migration, Migration::copy_done);
}
