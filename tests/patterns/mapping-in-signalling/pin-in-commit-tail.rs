//! The tail of a commit pins its framebuffer, inside the section of the flip. Pinning may move the buffer, and moving waits for
//! fences and memory.

use std::sync::Arc;

use fence_lockdep::annotate::{Buffer, Fence};
use fence_lockdep::engine::BufferOp;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Crtc {
    resv: WwMutex<()>,
    fb: Buffer,
    flip: Fence,
}

impl Crtc {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            fb: Buffer::new(0),
            flip: Fence::new("flip"),
        })
    }

    fn commit_tail_pinning(&self) {
        let _section = Section::begin();
        if let Some(_resv) = self.resv.try_lock(None) {
            self.fb.does(BufferOp::Pin);
        }
        self.flip.signal();
    }

    fn prepare(&self) {
        let _resv = self.resv.lock_without_context();
        self.fb.does(BufferOp::Pin);
    }

    fn commit_tail(&self) {
        let _section = Section::begin();
        self.flip.signal();
    }
}

pub fn bad() {
    run("commit_tail", &Crtc::new(), Crtc::commit_tail_pinning);
}

pub fn fixed() {
    let crtc = Crtc::new();
    run("prepare", &crtc, Crtc::prepare);
    run("commit_tail", &crtc, Crtc::commit_tail);
}
