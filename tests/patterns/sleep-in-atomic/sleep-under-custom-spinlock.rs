//! A hardware semaphore is shared with the firmware, and the driver brought its own lock for it. Whoever has it may not
//! sleep: the other side spins, and nobody there can be told to wait.

use std::sync::Arc;

use fence_lockdep::sync::Checked;
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::run;

/// The register that both sides write their number to, checked as a spinning lock.
type HardwareSemaphore<T> = lock_api::Mutex<Checked<parking_lot::RawMutex, true>, T>;

struct Mailbox {
    hwsem: HardwareSemaphore<u32>,
}

impl Mailbox {
    fn new() -> Arc<Self> {
        let raw = Checked::with_class(LockClass::new("hwsem"));
        Arc::new(Self {
            hwsem: HardwareSemaphore::from_raw(raw, 0),
        })
    }

    fn send_and_poll(&self) {
        let mut mailbox = self.hwsem.lock();
        *mailbox = 1;
        might_sleep();
    }

    fn send(&self) {
        *self.hwsem.lock() = 1;
        might_sleep();
    }
}

pub fn bad() {
    run("mailbox", &Mailbox::new(), Mailbox::send_and_poll);
}

pub fn fixed() {
    run("mailbox", &Mailbox::new(), Mailbox::send);
}
