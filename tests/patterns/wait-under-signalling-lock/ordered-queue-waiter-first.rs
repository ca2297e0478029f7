//! Flips and rendering share one ordered queue. A flip that waits for a frame stands in front of the item that would signal the
//! frame.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Display {
    queue: Workqueue,
    flips: Workqueue,
    flip: Work,
    render: Work,
    frame: Fence,
}

impl Display {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|display| Self {
            queue: Workqueue::builder("ord").mem_reclaim().ordered().build(),
            flips: Workqueue::builder("flips").ordered().build(),
            flip: Work::with_class(LockClass::new("flip"), of(display, Self::flip)),
            render: Work::with_class(LockClass::new("render"), of(display, Self::render)),
            frame: Fence::new("frame"),
        })
    }

    fn flip(&self) {
        self.frame.wait();
    }

    fn render(&self) {
        let _section = Section::begin();
        self.frame.signal();
    }

    fn submit(&self, flips: &Workqueue) {
        let _section = Section::begin();
        self.frame.publish();
        flips.queue_after(&self.flip, LATER);
        self.queue.queue_after(&self.render, LATER);
    }

    fn run_items(&self) {
        self.flip.flush();
        self.render.flush();
    }
}

pub fn bad() {
    let display = Display::new();
    run("ioctl", &display, |display| display.submit(&display.queue));
    display.run_items();
}

pub fn fixed() {
    let display = Display::new();
    run("ioctl", &display, |display| display.submit(&display.flips));
    display.run_items();
}
