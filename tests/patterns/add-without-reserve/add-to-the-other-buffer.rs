//! A copy locks the buffer that it reads and adds its fence to the one that it writes. That one's list of fences is changed under
//! somebody else's hands.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Copy {
    from: WwMutex<u32>,
    to: WwMutex<u32>,
    blit: Fence,
}

impl Copy {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            from: WwMutex::new(&RESV, 7),
            to: WwMutex::new(&RESV, 0),
            blit: Fence::new("blit"),
        })
    }

    fn copy_locking_one(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _from = self.from.lock(&ctx)?;
        let _section = Section::begin();
        self.blit.publish_in(&self.to);
        Ok(())
    }

    fn copy(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let from = self.from.lock(&ctx)?;
        let mut to = self.to.lock(&ctx)?;
        *to = *from;
        let _section = Section::begin();
        self.blit.publish_in(&self.to);
        Ok(())
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.blit.signal();
    }
}

pub fn bad() {
    let copy = Copy::new();
    run("copy", &copy, Copy::copy_locking_one);
    run("done", &copy, Copy::interrupt);
}

pub fn fixed() {
    let copy = Copy::new();
    run("copy", &copy, Copy::copy);
    run("done", &copy, Copy::interrupt);
}
