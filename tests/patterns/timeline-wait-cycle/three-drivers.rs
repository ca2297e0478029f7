//! Camera, GPU and display pass one buffer round without a copy. Each waits for the one before it, and the camera for the
//! display to give the buffer back: a ring in which nobody begins.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;

use crate::paths::run;

struct Pipeline {
    shot: Fence,
    drawn: Fence,
    handed_back: Fence,
}

impl Pipeline {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            shot: Fence::new("shot"),
            drawn: Fence::new("drawn"),
            handed_back: Fence::new("handed_back"),
        })
    }

    fn camera(&self) {
        self.shot.publish();
        self.handed_back.wait();
        self.shot.signal();
    }

    fn gpu(&self) {
        self.drawn.publish();
        self.shot.wait();
        self.drawn.signal();
    }

    fn display_keeps_buffer(&self) {
        self.handed_back.publish();
        self.drawn.wait();
        self.handed_back.signal();
    }

    fn display(&self) {
        self.handed_back.publish();
        self.handed_back.signal();
        self.drawn.wait();
    }
}

pub fn bad() {
    let pipeline = Pipeline::new();
    run("camera", &pipeline, Pipeline::camera);
    run("gpu", &pipeline, Pipeline::gpu);
    run("display", &pipeline, Pipeline::display_keeps_buffer);
}

pub fn fixed() {
    let pipeline = Pipeline::new();
    run("camera", &pipeline, Pipeline::camera);
    run("gpu", &pipeline, Pipeline::gpu);
    run("display", &pipeline, Pipeline::display);
}
