//! The interrupt of a USB transfer leaves the signal to the cleanup item, which locks the buffer first. The next transfer holds the
//! buffer and waits for this one; and the item's queue may have no thread to run it.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::{Buffer, Fence};
use fence_lockdep::engine::BufferOp;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    resv: WwMutex<()>,
    buf: Buffer,
    xfer: Fence,
    io_completion: Workqueue,
    cleanup: Work,
}

impl Endpoint {
    fn cleaning_up(cleanup: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|endpoint| Self {
            resv: WwMutex::new(&RESV, ()),
            buf: Buffer::new(0),
            xfer: Fence::new("xfer"),
            io_completion: Workqueue::builder("io_completion").ordered().build(),
            cleanup: Work::with_class(LockClass::new("cleanup"), of(endpoint, cleanup)),
        })
    }

    fn attach(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Map);
    }

    fn transfer(&self) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
    }

    fn interrupt_leaving_signal(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.io_completion.queue_after(&self.cleanup, LATER);
    }

    fn clean_up_and_signal(&self) {
        self.clean_up();
        let _section = Section::begin();
        self.xfer.signal();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.xfer.signal();
        self.io_completion.queue_after(&self.cleanup, LATER);
    }

    fn clean_up(&self) {
        let _resv = self.resv.lock_without_context();
        self.buf.does(BufferOp::Unmap);
    }
}

pub fn bad() {
    let endpoint = Endpoint::cleaning_up(Endpoint::clean_up_and_signal);
    run("attach", &endpoint, Endpoint::attach);
    run("transfer", &endpoint, Endpoint::transfer);
    run("udc", &endpoint, Endpoint::interrupt_leaving_signal);
    endpoint.cleanup.flush();
}

pub fn fixed() {
    let endpoint = Endpoint::cleaning_up(Endpoint::clean_up);
    run("attach", &endpoint, Endpoint::attach);
    run("transfer", &endpoint, Endpoint::transfer);
    run("udc", &endpoint, Endpoint::interrupt);
    endpoint.cleanup.flush();
}
