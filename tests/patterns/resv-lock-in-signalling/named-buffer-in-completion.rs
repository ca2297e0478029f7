//! A driver calls the reservation of its buffers by a name of its own, and locks it in the completion. Its class says what it is:
//! somebody may hold it and wait for the blit.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Blitter {
    bo: WwMutex<u32>,
    blit: Fence,
}

impl Blitter {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            bo: WwMutex::new(&RESV, 0),
            blit: Fence::new("blit"),
        })
    }

    fn submit(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _bo = self.bo.lock(&ctx)?;
        let _section = Section::begin();
        self.blit.publish_in(&self.bo);
        Ok(())
    }

    fn mark(&self) {
        *self.bo.lock_without_context() += 1;
    }

    fn complete_marking_first(&self) {
        let _section = Section::begin();
        self.mark();
        self.blit.signal();
    }

    fn complete(&self) {
        let section = Section::begin();
        self.blit.signal();
        section.end();
        self.mark();
    }
}

pub fn bad() {
    let blitter = Blitter::new();
    run("ioctl", &blitter, Blitter::submit);
    run("done", &blitter, Blitter::complete_marking_first);
}

pub fn fixed() {
    let blitter = Blitter::new();
    run("ioctl", &blitter, Blitter::submit);
    run("done", &blitter, Blitter::complete);
}
