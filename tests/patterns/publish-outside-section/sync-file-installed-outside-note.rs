//! A capture driver hands out a sync file with no section around it. Nothing hangs; but what it does between the descriptor and
//! the interrupt is checked by nobody, and that is worth a note.

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

    fn qbuf_outside(&self) {
        self.frame.publish();
    }

    fn qbuf(&self) {
        let _section = Section::begin();
        self.frame.publish();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
    }
}

pub fn bad() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf_outside);
    run("done", &capture, Capture::interrupt);
}

pub fn fixed() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf);
    run("done", &capture, Capture::interrupt);
}
