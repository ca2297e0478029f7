//! A completion path only tries a buffer's lock, which waits for nobody, but it opens an acquire context for it. The context
//! counts as a lock that others hold while they wait for fences.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Gpu {
    resv: WwMutex<u32>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, 0),
            job: Fence::new("job"),
        })
    }

    fn evict(&self, ctx: Option<&AcquireCtx>) {
        if let Some(mut resv) = self.resv.try_lock(ctx) {
            *resv += 1;
        }
    }

    fn complete_with_context(&self) {
        let _section = Section::begin();
        self.evict(Some(&AcquireCtx::new(&RESV)));
        self.job.signal();
    }

    fn complete(&self) {
        let _section = Section::begin();
        self.evict(None);
        self.job.signal();
    }
}

pub fn bad() {
    run("done", &Gpu::new(), Gpu::complete_with_context);
}

pub fn fixed() {
    run("done", &Gpu::new(), Gpu::complete);
}
