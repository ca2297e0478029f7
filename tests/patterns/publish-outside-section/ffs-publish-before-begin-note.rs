//! A transfer adds its fence to the buffer and opens its section a few lines later, around the queueing. Nothing is waited for in
//! between today, and nobody would see it if something were.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    resv: WwMutex<u32>,
    xfer: Fence,
}

impl Endpoint {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, 0),
            xfer: Fence::new("xfer"),
        })
    }

    fn transfer_then_begin(&self) {
        let mut queued = self.resv.lock_without_context();
        self.xfer.publish_in(&self.resv);
        let _section = Section::begin();
        *queued += 1;
    }

    fn transfer(&self) {
        let mut queued = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
        *queued += 1;
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.xfer.signal();
    }
}

pub fn bad() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer_then_begin);
    run("udc", &endpoint, Endpoint::interrupt);
}

pub fn fixed() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("udc", &endpoint, Endpoint::interrupt);
}
