//! Each transfer maps its buffer and unmaps it when it is done, before the signal. The exporter may wait for a fence under its
//! locks, and unmapping takes them; a buffer has to stay mapped as long as it is attached.

use std::sync::Arc;

use fence_lockdep::annotate::{Buffer, Fence};
use fence_lockdep::engine::BufferOp;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    resv: WwMutex<()>,
    buf: Buffer,
    xfer: Fence,
}

impl Endpoint {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            buf: Buffer::new(0),
            xfer: Fence::new("xfer"),
        })
    }

    fn transfer(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Map);
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
    }

    fn complete_unmapping(&self) {
        let _section = Section::begin();
        if let Some(_resv) = self.resv.try_lock(None) {
            self.buf.does(BufferOp::Unmap);
        }
        self.xfer.signal();
    }

    fn complete(&self) {
        let _section = Section::begin();
        self.xfer.signal();
    }

    fn detach(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Unmap);
    }
}

pub fn bad() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("done", &endpoint, Endpoint::complete_unmapping);
}

pub fn fixed() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("done", &endpoint, Endpoint::complete);
    run("detach", &endpoint, Endpoint::detach);
}
