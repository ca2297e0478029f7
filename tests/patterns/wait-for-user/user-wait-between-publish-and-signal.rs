//! A proxy hands out a fence for work that a program has yet to submit. From then on the kernel waits for that program, which
//! may be stopped, swapped out, or waiting for the kernel.

use std::sync::Arc;

use fence_lockdep::annotate::{Fence, wait_for_user};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Proxy {
    future: Fence,
}

impl Proxy {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            future: Fence::new("future"),
        })
    }

    fn publish_first(&self) {
        self.future.publish();
        wait_for_user();
        self.future.signal();
    }

    fn publish_when_submitted(&self) {
        wait_for_user();
        let _section = Section::begin();
        self.future.publish();
        self.future.signal();
    }
}

pub fn bad() {
    run("proxy", &Proxy::new(), Proxy::publish_first);
}

pub fn fixed() {
    run("proxy", &Proxy::new(), Proxy::publish_when_submitted);
}
