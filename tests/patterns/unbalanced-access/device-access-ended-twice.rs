//! The completion ends the device's access to a buffer, and so does the cleanup after it. The exporter's count is one too low
//! from then on: it takes the device for done while it is not.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;

use crate::paths::run;

struct Importer {
    buf: Buffer,
}

impl Importer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            buf: Buffer::new(0),
        })
    }

    fn submit(&self) {
        self.buf.does(BufferOp::DeviceBegin);
    }

    fn end_access(&self) {
        self.buf.does(BufferOp::DeviceEnd);
    }
}

pub fn bad() {
    let importer = Importer::new();
    run("submit", &importer, Importer::submit);
    run("retire", &importer, Importer::end_access);
    run("cleanup", &importer, Importer::end_access);
}

pub fn fixed() {
    let importer = Importer::new();
    run("submit", &importer, Importer::submit);
    run("retire", &importer, Importer::end_access);
}
