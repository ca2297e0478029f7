//! An importer from before the convention maps and unmaps without the buffer's lock. The exporter may move the buffer in the
//! middle of it.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Importer {
    resv: WwMutex<()>,
    buf: Buffer,
}

impl Importer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            buf: Buffer::new(0),
        })
    }

    fn attach_unlocked(&self) {
        self.buf.does(BufferOp::Map);
    }

    fn detach_unlocked(&self) {
        self.buf.does(BufferOp::Unmap);
    }

    fn attach(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Map);
    }

    fn detach(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Unmap);
    }
}

pub fn bad() {
    let importer = Importer::new();
    run("attach", &importer, Importer::attach_unlocked);
    run("detach", &importer, Importer::detach_unlocked);
}

pub fn fixed() {
    let importer = Importer::new();
    run("attach", &importer, Importer::attach);
    run("detach", &importer, Importer::detach);
}
