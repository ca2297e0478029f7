//! Whoever writes storage drivers allocates with `GFP_NOIO` where it must not block for long. In a commit path that is not
//! enough: clean pages are reclaimed all the same, and their notifiers may wait for this very flip.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Crtc {
    flip: Fence,
}

impl Crtc {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            flip: Fence::new("flip"),
        })
    }

    fn commit_tail(&self, flags: Gfp) {
        let _section = Section::begin();
        might_alloc(flags);
        self.flip.signal();
    }
}

pub fn bad() {
    run("commit", &Crtc::new(), |crtc| crtc.commit_tail(Gfp::NoIo));
}

pub fn fixed() {
    run("commit", &Crtc::new(), |crtc| crtc.commit_tail(Gfp::Atomic));
}
