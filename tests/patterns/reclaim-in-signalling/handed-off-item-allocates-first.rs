//! A commit publishes its flip and hands it to the tail work. That allocates before it opens its section; but everything since the
//! hand-off leads to the signal.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Crtc {
    flip: Fence,
    queue: Workqueue,
    tail: Work,
}

impl Crtc {
    fn with_tail(tail: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|crtc| Self {
            flip: Fence::new("flip"),
            queue: Workqueue::builder("commits").mem_reclaim().build(),
            tail: Work::with_class(LockClass::new("tail"), of(crtc, tail)),
        })
    }

    fn commit(&self) {
        let _section = Section::begin();
        self.flip.publish();
        self.queue.queue_after(&self.tail, LATER);
    }

    fn commit_with_memory(&self) {
        might_alloc(Gfp::Kernel);
        self.commit();
    }

    fn tail_allocating(&self) {
        might_alloc(Gfp::Kernel);
        self.tail();
    }

    fn tail(&self) {
        let _section = Section::begin();
        self.flip.signal();
    }
}

pub fn bad() {
    let crtc = Crtc::with_tail(Crtc::tail_allocating);
    run("ioctl", &crtc, Crtc::commit);
    crtc.tail.flush();
}

pub fn fixed() {
    let crtc = Crtc::with_tail(Crtc::tail);
    run("ioctl", &crtc, Crtc::commit_with_memory);
    crtc.tail.flush();
}
