//! A commit has published its frame and waits for the cleanup of the one before. If that waits for this very frame, the commit
//! never comes to its signal.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

struct Crtc {
    queue: Workqueue,
    cleanup: Work,
    frame: Fence,
}

impl Crtc {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|crtc| Self {
            queue: Workqueue::builder("commits").build(),
            cleanup: Work::with_class(LockClass::new("cleanup"), of(crtc, Self::clean_up)),
            frame: Fence::new("frame"),
        })
    }

    fn clean_up(&self) {
        self.frame.wait();
    }

    fn start_cleanup(&self) {
        self.queue.queue(&self.cleanup);
        self.queue.flush();
    }

    fn finish(&self) {
        let _section = Section::begin();
        self.frame.signal();
    }

    fn commit_flushing_first(&self) {
        self.frame.publish();
        self.cleanup.flush();
        self.finish();
    }

    fn commit(&self) {
        self.frame.publish();
        self.finish();
        self.cleanup.flush();
    }
}

pub fn bad() {
    let crtc = Crtc::new();
    run("commit", &crtc, Crtc::commit_flushing_first);
    crtc.start_cleanup();
}

pub fn fixed() {
    let crtc = Crtc::new();
    run("commit", &crtc, Crtc::commit);
    crtc.start_cleanup();
}
