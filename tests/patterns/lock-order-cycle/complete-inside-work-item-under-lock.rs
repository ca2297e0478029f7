//! An ioctl waits for the first frame and keeps the pipe locked. The capture work completes the frame, but locks the pipe first.

use std::sync::Arc;
use std::time::Duration;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{of, run};

/// The capture runs after the ioctl, so nothing is to be waited for.
const PATIENCE: Duration = Duration::ZERO;

struct Camera {
    queue: Workqueue,
    capture: Work,
    pipe: Mutex<u32>,
    first_frame: Completion,
}

impl Camera {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|camera| Self {
            queue: Workqueue::builder("capture_wq").build(),
            capture: Work::with_class(LockClass::new("capture"), of(camera, Self::capture)),
            pipe: Mutex::with_class(LockClass::new("pipe"), 0),
            first_frame: Completion::with_class(LockClass::new("first_frame")),
        })
    }

    fn capture(&self) {
        let mut frames = self.pipe.lock();
        *frames += 1;
        self.first_frame.complete();
    }

    fn ioctl_under_lock(&self) {
        let _pipe = self.pipe.lock();
        self.first_frame.wait_timeout(PATIENCE);
    }

    fn ioctl(&self) {
        assert_eq!(*self.pipe.lock(), 0);
        self.first_frame.wait_timeout(PATIENCE);
    }

    fn start(&self) {
        self.queue.queue(&self.capture);
        self.queue.flush();
    }
}

pub fn bad() {
    let camera = Camera::new();
    run("ioctl", &camera, Camera::ioctl_under_lock);
    camera.start();
}

pub fn fixed() {
    let camera = Camera::new();
    run("ioctl", &camera, Camera::ioctl);
    camera.start();
}
