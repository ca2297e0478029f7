//! A thread composes a frame and signals it, with no section around. It takes no lock on the way today, and nothing would notice
//! one that is added tomorrow.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::might_sleep;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Compositor {
    frame: Fence,
}

impl Compositor {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
        })
    }

    fn compose_bare(&self) {
        might_sleep();
        self.frame.signal();
    }

    fn compose(&self) {
        let _section = Section::begin();
        might_sleep();
        self.frame.signal();
    }
}

pub fn bad() {
    run("compositor", &Compositor::new(), Compositor::compose_bare);
}

pub fn fixed() {
    run("compositor", &Compositor::new(), Compositor::compose);
}
