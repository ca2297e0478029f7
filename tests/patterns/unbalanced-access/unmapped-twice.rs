//! A file has several openers, and one of them detaches the buffers of all. When the next one closes it unmaps what is unmapped,
//! or what somebody has mapped anew.

use std::sync::Arc;

use fence_lockdep::annotate::Buffer;
use fence_lockdep::engine::BufferOp;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Importer {
    /// Whether it is attached.
    resv: WwMutex<bool>,
    buf: Buffer,
}

impl Importer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, false),
            buf: Buffer::new(0),
        })
    }

    fn attach(&self) {
        let mut attached = self.resv.lock_without_context();
        self.buf.does(BufferOp::Map);
        *attached = true;
    }

    fn detach(&self) {
        let mut attached = self.resv.lock_without_context();
        self.buf.does(BufferOp::Unmap);
        *attached = false;
    }

    fn close(&self) {
        let attached = self.resv.lock_without_context();
        if *attached {
            self.buf.does(BufferOp::Unmap);
        }
    }
}

pub fn bad() {
    let importer = Importer::new();
    run("attach", &importer, Importer::attach);
    run("detach", &importer, Importer::detach);
    run("close", &importer, Importer::detach);
}

pub fn fixed() {
    let importer = Importer::new();
    run("attach", &importer, Importer::attach);
    run("detach", &importer, Importer::detach);
    run("close", &importer, Importer::close);
}
