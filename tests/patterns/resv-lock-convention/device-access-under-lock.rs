//! An importer begins a device access while it has the buffer locked. The exporter may lock the buffer itself in that call, and
//! then the thread waits for itself.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Importer {
    resv: WwMutex<u32>,
    buf: Buffer,
}

impl Importer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, 0),
            buf: Buffer::new(0),
        })
    }

    fn submit_locked(&self) {
        let mut jobs = self.resv.lock_without_context();
        self.buf.does(BufferOp::DeviceBegin);
        *jobs += 1;
    }

    fn submit(&self) {
        self.buf.does(BufferOp::DeviceBegin);
        *self.resv.lock_without_context() += 1;
    }

    fn retire(&self) {
        self.buf.does(BufferOp::DeviceEnd);
    }
}

pub fn bad() {
    let importer = Importer::new();
    run("submit", &importer, Importer::submit_locked);
    run("retire", &importer, Importer::retire);
}

pub fn fixed() {
    let importer = Importer::new();
    run("submit", &importer, Importer::submit);
    run("retire", &importer, Importer::retire);
}
