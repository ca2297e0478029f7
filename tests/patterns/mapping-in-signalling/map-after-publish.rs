//! A capture driver adds the fence of a frame to the buffer, and maps the buffer afterwards. Mapping may wait until the buffer
//! has been moved, the move waits for the frame, and the hardware for the mapping.

use std::sync::Arc;

use fence_lockdep::annotate::{Buffer, Fence};
use fence_lockdep::engine::BufferOp;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Capture {
    resv: WwMutex<()>,
    buf: Buffer,
    frame: Fence,
}

impl Capture {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            buf: Buffer::new(0),
            frame: Fence::new("frame"),
        })
    }

    fn queue_publishing_first(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        let _section = Section::begin();
        self.frame.publish_in(&self.resv);
        self.buf.does(BufferOp::Map);
        Ok(())
    }

    fn queue(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        self.buf.does(BufferOp::Map);
        let _section = Section::begin();
        self.frame.publish_in(&self.resv);
        Ok(())
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.frame.signal();
    }

    fn dequeue(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Unmap);
    }
}

pub fn bad() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::queue_publishing_first);
    run("done", &capture, Capture::interrupt);
    run("dqbuf", &capture, Capture::dequeue);
}

pub fn fixed() {
    let capture = Capture::new();
    run("qbuf", &capture, Capture::queue);
    run("done", &capture, Capture::interrupt);
    run("dqbuf", &capture, Capture::dequeue);
}
