//! When a copy is done the engine moves both buffers, and signals afterwards. Others hold one of the two and wait for the copy;
//! backing off from each other does not bring the signal either.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{LockSet, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Migration {
    from: WwMutex<u32>,
    to: WwMutex<u32>,
    copy: Fence,
}

impl Migration {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            from: WwMutex::new(&RESV, 7),
            to: WwMutex::new(&RESV, 0),
            copy: Fence::new("copy"),
        })
    }

    fn move_both(&self) -> Result<(), WwError> {
        LockSet::new(&RESV).lock_all(
            |set| {
                set.lock(&self.from)?;
                set.lock(&self.to)
            },
            |set| *set.get_mut(&self.to) = *set.get(&self.from),
        )
    }

    fn copy_done_moving_first(&self) -> Result<(), WwError> {
        let _section = Section::begin();
        self.move_both()?;
        self.copy.signal();
        Ok(())
    }

    fn copy_done(&self) -> Result<(), WwError> {
        let section = Section::begin();
        self.copy.signal();
        section.end();
        self.move_both()
    }
}

pub fn bad() {
    run(
        "copy_done",
        &Migration::new(),
        Migration::copy_done_moving_first,
    );
}

pub fn fixed() {
    run("copy_done", &Migration::new(), Migration::copy_done);
}
