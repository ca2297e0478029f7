//! Two sections are open and the outer one is closed first. What is left of the inner one runs without a mark, or the thread
//! never leaves it.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
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

    fn commit_swapped(&self) {
        let outer = Section::named("outer");
        let inner = Section::named("inner");
        self.flip.signal();
        outer.end();
        inner.end();
    }

    fn commit(&self) {
        let outer = Section::named("outer");
        let inner = Section::named("inner");
        self.flip.signal();
        inner.end();
        outer.end();
    }
}

pub fn bad() {
    run("commit", &Crtc::new(), Crtc::commit_swapped);
}

pub fn fixed() {
    run("commit", &Crtc::new(), Crtc::commit);
}
