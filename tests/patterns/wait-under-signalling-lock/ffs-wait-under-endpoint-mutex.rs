//! A USB transfer waits for the one before it under the mutex of its endpoint. When the host is gone, disable has to cancel
//! that one, and needs the same mutex first: unplugging the cable takes as long as the wait's timeout.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Endpoint {
    epfile: Mutex<bool>,
    xfer: Fence,
}

impl Endpoint {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            epfile: Mutex::with_class(LockClass::new("epfile"), true),
            xfer: Fence::new("xfer"),
        })
    }

    fn transfer_under_mutex(&self) {
        let _epfile = self.epfile.lock();
        self.xfer.wait();
    }

    fn transfer(&self) {
        let epfile = self.epfile.lock();
        self.xfer.get();
        drop(epfile);
        self.xfer.wait();
        self.xfer.put();
    }

    fn disable(&self) {
        let _section = Section::begin();
        *self.epfile.lock() = false;
        self.xfer.signal_error();
    }
}

pub fn bad() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer_under_mutex);
    run("disable", &endpoint, Endpoint::disable);
}

pub fn fixed() {
    let endpoint = Endpoint::new();
    run("transfer", &endpoint, Endpoint::transfer);
    run("disable", &endpoint, Endpoint::disable);
}
