//! An error path of an importer leaves a mapping behind when it detaches. The exporter waits for it to go before it moves the
//! buffer, and it never does.

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
    run("attach", &Importer::new(), Importer::attach);
}

pub fn fixed() {
    let importer = Importer::new();
    run("attach", &importer, Importer::attach);
    run("detach", &importer, Importer::detach);
}
