//! The ring's thread publishes a frame, takes a lock, and opens its section for the last lines only. What comes before the
//! section is on the way to the signal all the same.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Writeback {
    ring: Mutex<Vec<u32>>,
    frame: Fence,
}

impl Writeback {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ring: Mutex::with_class(LockClass::new("ring"), Vec::new()),
            frame: Fence::new("frame"),
        })
    }

    fn produce_published_first(&self) {
        self.frame.publish();
        self.ring.lock().push(1);
        let _section = Section::begin();
        self.frame.signal();
    }

    fn produce(&self) {
        self.ring.lock().push(1);
        let _section = Section::begin();
        self.frame.publish();
        self.frame.signal();
    }

    fn read(&self) {
        let ring = self.ring.lock();
        self.frame.wait();
        assert_eq!(ring[0], 1);
    }
}

pub fn bad() {
    let writeback = Writeback::new();
    run(
        "ring_thread",
        &writeback,
        Writeback::produce_published_first,
    );
    run("reader", &writeback, Writeback::read);
}

pub fn fixed() {
    let writeback = Writeback::new();
    run("ring_thread", &writeback, Writeback::produce);
    run("reader", &writeback, Writeback::read);
}
