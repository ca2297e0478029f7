//! After a leak was mended each transfer drops its handle right after it is published, and the buffer's reservation has the last
//! one. The next transfer on the buffer replaces it there, and the interrupt signals what was freed.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    resv: WwMutex<()>,
    xfers: [Fence; 2],
}

impl Endpoint {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            xfers: [
                Fence::new("xfer1").on("ep").seqno(1),
                Fence::new("xfer2").on("ep").seqno(2),
            ],
        })
    }

    fn transfer_giving_up(&self, xfer: usize) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfers[xfer].publish_in(&self.resv);
        self.xfers[xfer].drop_issuer();
    }

    fn interrupt_with_pointers(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        for xfer in &self.xfers {
            xfer.signal();
        }
    }

    fn transfer(&self, xfer: usize) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfers[xfer].publish_in(&self.resv);
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        for xfer in &self.xfers {
            xfer.signal();
            xfer.drop_issuer();
        }
    }
}

pub fn bad() {
    let endpoint = Endpoint::new();
    run("transfer1", &endpoint, |endpoint| {
        endpoint.transfer_giving_up(0);
    });
    run("transfer2", &endpoint, |endpoint| {
        endpoint.transfer_giving_up(1);
    });
    run("udc", &endpoint, Endpoint::interrupt_with_pointers);
}

pub fn fixed() {
    let endpoint = Endpoint::new();
    run("transfer1", &endpoint, |endpoint| endpoint.transfer(0));
    run("transfer2", &endpoint, |endpoint| endpoint.transfer(1));
    run("udc", &endpoint, Endpoint::interrupt);
}
