//! A capture driver gives its only handle to the sync file and keeps a bare pointer to signal with. The program closes the sync
//! file, and the interrupt signals memory that is somebody else's.

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

    fn qbuf_giving_all(&self) {
        let _section = Section::begin();
        self.frame.publish();
        self.frame.drop_issuer();
    }

    fn interrupt_with_pointer(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
    }

    fn qbuf(&self) {
        let _section = Section::begin();
        self.frame.publish();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
        self.frame.drop_issuer();
    }
}

pub fn bad() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf_giving_all);
    run("done", &capture, Capture::interrupt_with_pointer);
}

pub fn fixed() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::qbuf);
    run("done", &capture, Capture::interrupt);
}
