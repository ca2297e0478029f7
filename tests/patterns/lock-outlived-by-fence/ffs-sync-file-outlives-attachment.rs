//! A program has a sync file of a transfer. The transfer is done and its attachment freed, with the lock of the fence in it; when
//! the sync file is closed, it takes that lock once more to remove its callback.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    /// The lock in the attachment, which detaching frees.
    private: parking_lot::Mutex<Option<SpinLock<()>>>,
    resv: WwMutex<()>,
    xfer: Fence,
}

impl Endpoint {
    fn new() -> Arc<Self> {
        let private = SpinLock::with_class(LockClass::new("priv"), ());
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            xfer: Fence::new("xfer").locked_by(&private),
            private: Some(private).into(),
        })
    }

    fn transfer(&self) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
    }

    fn export(&self) {
        self.xfer.get();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.xfer.signal();
    }

    fn detach(&self) {
        let private = self.private.lock().take();
        drop(private);
    }

    fn detach_last(&self) {
        self.xfer.drop_issuer();
        self.detach();
    }

    fn close(&self) {
        self.xfer.put();
    }
}

pub fn bad() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("export", &endpoint, Endpoint::export);
    run("udc", &endpoint, Endpoint::interrupt);
    run("detach", &endpoint, Endpoint::detach);
    run("close", &endpoint, Endpoint::close);
}

pub fn fixed() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("export", &endpoint, Endpoint::export);
    run("udc", &endpoint, Endpoint::interrupt);
    run("close", &endpoint, Endpoint::close);
    run("detach", &endpoint, Endpoint::detach_last);
}
