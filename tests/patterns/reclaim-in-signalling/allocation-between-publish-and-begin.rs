//! A ring publishes its fence and only then allocates the command list, before the section that it did not forget. In between
//! everybody may wait for the fence already, memory reclaim too.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{Reclaim, might_alloc};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Ring {
    frame: Fence,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
        })
    }

    fn submit_then_build(&self) {
        self.frame.publish();
        might_alloc(Gfp::Kernel);
        let _section = Section::begin();
        self.frame.signal();
    }

    fn submit(&self) {
        might_alloc(Gfp::Kernel);
        let _section = Section::begin();
        self.frame.publish();
        self.frame.signal();
    }

    fn shrink(&self) {
        let _reclaim = Reclaim::enter();
        self.frame.wait();
    }
}

pub fn bad() {
    let ring = Ring::new();
    run("ring", &ring, Ring::submit_then_build);
    run("kswapd", &ring, Ring::shrink);
}

pub fn fixed() {
    let ring = Ring::new();
    run("ring", &ring, Ring::submit);
    run("kswapd", &ring, Ring::shrink);
}
