//! Framebuffer emulation maps a buffer into the kernel without its lock. If the exporter moves it at that moment, the mapping
//! points to where it was.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Fbdev {
    resv: WwMutex<()>,
    fb: Buffer,
}

impl Fbdev {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            fb: Buffer::new(0),
        })
    }

    fn map_unlocked(&self) {
        self.fb.does(BufferOp::Vmap);
    }

    fn map(&self) {
        let _resv = self.resv.lock_without_context();
        self.fb.does(BufferOp::Vmap);
    }
}

pub fn bad() {
    run("fbdev", &Fbdev::new(), Fbdev::map_unlocked);
}

pub fn fixed() {
    run("fbdev", &Fbdev::new(), Fbdev::map);
}
