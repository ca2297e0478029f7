//! Two drivers share buffers, and each waits in its job for the fence of the other. Both fences were published before, so each
//! wait may stand where it is; the two of them may not.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Prime {
    frame: Fence,
    scanout: Fence,
}

impl Prime {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
            scanout: Fence::new("scanout"),
        })
    }

    fn submit(&self) {
        let _section = Section::begin();
        self.frame.publish();
        self.scanout.publish();
    }

    fn render_when_shown(&self) {
        let _section = Section::begin();
        self.scanout.wait();
        self.frame.signal();
    }

    fn render(&self) {
        let _section = Section::begin();
        self.frame.signal();
    }

    fn display(&self) {
        let _section = Section::begin();
        self.frame.wait();
        self.scanout.signal();
    }
}

pub fn bad() {
    let prime = Prime::new();
    run("submit", &prime, Prime::submit);
    run("render", &prime, Prime::render_when_shown);
    run("display", &prime, Prime::display);
}

pub fn fixed() {
    let prime = Prime::new();
    run("submit", &prime, Prime::submit);
    run("render", &prime, Prime::render);
    run("display", &prime, Prime::display);
}
