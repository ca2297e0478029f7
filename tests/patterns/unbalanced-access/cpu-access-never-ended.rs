//! Reading a buffer back returns early, and never says that the CPU is done with it. Caches are not written back, and an
//! exporter that counts accesses keeps the buffer for ever.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;

use crate::paths::run;

struct Readback {
    fb: Buffer,
}

impl Readback {
    fn new() -> Arc<Self> {
        Arc::new(Self { fb: Buffer::new(0) })
    }

    fn read_and_leave(&self) {
        self.fb.does(BufferOp::CpuBegin);
    }

    fn read(&self) {
        self.fb.does(BufferOp::CpuBegin);
        self.fb.does(BufferOp::CpuEnd);
    }
}

pub fn bad() {
    run("readback", &Readback::new(), Readback::read_and_leave);
}

pub fn fixed() {
    run("readback", &Readback::new(), Readback::read);
}
