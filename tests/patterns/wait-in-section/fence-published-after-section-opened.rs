//! Rendering waits inside its section for an upload that is published later. Nothing keeps the upload from waiting for this
//! very frame; only fences that were there before may be waited for in a section.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Gpu {
    frame: Fence,
    upload: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
            upload: Fence::new("upload"),
        })
    }

    fn render(&self) {
        let _section = Section::begin();
        self.upload.wait();
        self.frame.signal();
    }

    fn dma_at_once(&self) {
        let _section = Section::begin();
        self.upload.publish();
        self.upload.signal();
    }

    fn dma(&self) {
        let _section = Section::begin();
        self.upload.publish();
    }

    fn dma_done(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.upload.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("render", &gpu, Gpu::render);
    run("dma", &gpu, Gpu::dma_at_once);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("dma", &gpu, Gpu::dma);
    run("render", &gpu, Gpu::render);
    run("dma_done", &gpu, Gpu::dma_done);
}
