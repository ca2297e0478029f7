//! The lock of a transfer's fence lives in the attachment. Detaching frees that while the transfer is under way, and the interrupt
//! that signals spins on freed memory.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

/// What detaching frees.
struct Attachment {
    private: SpinLock<u32>,
}

struct Endpoint {
    attachment: parking_lot::Mutex<Option<Attachment>>,
    resv: WwMutex<()>,
    xfer: Fence,
}

impl Endpoint {
    fn attached(fence: impl FnOnce(&Attachment) -> Fence) -> Arc<Self> {
        let attachment = Attachment {
            private: SpinLock::with_class(LockClass::new("priv"), 0),
        };
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            xfer: fence(&attachment),
            attachment: Some(attachment).into(),
        })
    }

    fn transfer(&self) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
    }

    fn take_attachment(&self) -> Attachment {
        let mut attachment = self.attachment.lock();
        attachment.take().expect("an attachment")
    }

    fn detach(&self) {
        drop(self.take_attachment());
    }

    fn detach_in_order(&self) {
        let attachment = self.take_attachment();
        *attachment.private.lock() += 1;
        drop(attachment);
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.xfer.signal();
    }
}

pub fn bad() {
    let endpoint =
        Endpoint::attached(|attachment| Fence::new("xfer").locked_by(&attachment.private));
    run("transfer", &endpoint, Endpoint::transfer);
    run("detach", &endpoint, Endpoint::detach);
    run("udc", &endpoint, Endpoint::interrupt);
}

pub fn fixed() {
    let endpoint = Endpoint::attached(|_| Fence::new("xfer"));
    run("transfer", &endpoint, Endpoint::transfer);
    run("detach", &endpoint, Endpoint::detach_in_order);
    run("udc", &endpoint, Endpoint::interrupt);
}
