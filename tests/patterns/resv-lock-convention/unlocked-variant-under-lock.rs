//! Code that has the buffer locked calls the variant of mapping that locks it itself. The name says "unlocked", and means what the
//! caller has to be.

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

    fn validate_and_lock_again(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does_unlocked(BufferOp::Map);
    }

    fn validate(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Map);
    }

    fn detach(&self) {
        self.buf.does_unlocked(BufferOp::Unmap);
    }
}

pub fn bad() {
    let importer = Importer::new();
    run("validate", &importer, Importer::validate_and_lock_again);
    run("detach", &importer, Importer::detach);
}

pub fn fixed() {
    let importer = Importer::new();
    run("validate", &importer, Importer::validate);
    run("detach", &importer, Importer::detach);
}
