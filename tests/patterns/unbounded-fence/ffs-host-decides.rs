//! A USB transfer is done when the host has read it, and no timer bounds that. The next transfer waits for it with the buffer
//! locked, and everybody who wants the buffer waits for a program on another computer.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{WwClass, WwMutex};
use fence_lockdep::timer::Timer;

use crate::paths::{LATER, of, run};

static RESV: WwClass = WwClass::wait_die("resv");

struct Endpoint {
    resv: WwMutex<()>,
    watchdog: Timer,
    xfer: Fence,
}

impl Endpoint {
    fn with(xfer: Fence) -> Arc<Self> {
        Arc::new_cyclic(|endpoint| Self {
            resv: WwMutex::new(&RESV, ()),
            watchdog: Timer::with_class(LockClass::new("watchdog"), of(endpoint, Self::cancel)),
            xfer,
        })
    }

    fn cancel(&self) {
        let _section = Section::begin();
        self.xfer.signal_error();
    }

    fn transfer_without_end(&self) {
        let _resv = self.resv.lock_without_context();
        let _section = Section::begin();
        self.xfer.publish_in(&self.resv);
    }

    fn transfer(&self) {
        self.watchdog.arm(LATER);
        self.transfer_without_end();
    }

    fn next_transfer(&self) {
        let _resv = self.resv.lock_without_context();
        self.xfer.wait();
    }

    fn interrupt(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.xfer.signal();
    }

    fn tick(&self) {
        self.watchdog.fire();
    }
}

pub fn bad() {
    let endpoint = Endpoint::with(Fence::new("xfer").unbounded());
    run("transfer", &endpoint, Endpoint::transfer_without_end);
    run("next_transfer", &endpoint, Endpoint::next_transfer);
    run("udc", &endpoint, Endpoint::interrupt);
}

pub fn fixed() {
    let endpoint = Endpoint::with(Fence::new("xfer"));
    run("transfer", &endpoint, Endpoint::transfer);
    run("next_transfer", &endpoint, Endpoint::next_transfer);
    run("tick", &endpoint, Endpoint::tick);
}
