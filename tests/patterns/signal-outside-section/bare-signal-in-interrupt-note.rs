//! The interrupt handler just signals. The signal is a section by itself for a moment, which says nothing of what the handler
//! does before it.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Capture {
    frame: Fence,
}

impl Capture {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
        })
    }

    fn qbuf(&self) {
        let _section = Section::begin();
        self.frame.publish();
    }

    fn interrupt_bare(&self) {
        let _handler = HardIrq::enter();
        self.frame.signal();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
    }
}

pub fn bad() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf);
    run("done", &capture, Capture::interrupt_bare);
}

pub fn fixed() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf);
    run("done", &capture, Capture::interrupt);
}
