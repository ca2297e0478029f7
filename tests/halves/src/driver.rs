//! The driver.

use fence_lockdep::sync::{Mutex, SpinLock};
use fence_lockdep::{LockClass, might_sleep};

/// Two locks, taken in one order to submit and in the other to reset.
#[derive(Debug)]
pub struct Driver {
    ring: Mutex<u32>,
    doorbell: Mutex<u32>,
    status: SpinLock<u32>,
}

impl Default for Driver {
    fn default() -> Self {
        Self {
            ring: Mutex::with_class(LockClass::new("ring"), 0),
            doorbell: Mutex::with_class(LockClass::new("doorbell"), 0),
            status: SpinLock::with_class(LockClass::new("status"), 0),
        }
    }
}

impl Driver {
    /// Puts a job into the ring and rings the bell.
    pub fn submit(&self) -> u32 {
        let mut ring = self.ring.lock();
        *ring += 1;
        *self.doorbell.lock() = *ring;
        *ring
    }

    /// Silences the bell and empties the ring.
    pub fn reset(&self) {
        let mut doorbell = self.doorbell.lock();
        *self.ring.lock() = 0;
        *doorbell = 0;
    }

    /// Waits for the device under a lock under which nothing may wait.
    pub fn idle(&self) -> u32 {
        let status = self.status.lock();
        might_sleep();
        *status
    }
}
