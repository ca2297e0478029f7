//! Booting the firmware waits for its acknowledgement and keeps the firmware lock meanwhile. The interrupt thread that
//! passes the acknowledgement on takes that lock first, so it never comes.

use std::sync::Arc;
use std::time::Duration;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Completion, Mutex};

use crate::paths::run;

/// No other path runs while this one waits, so nothing is to be waited for.
const PATIENCE: Duration = Duration::ZERO;

struct Firmware {
    fw: Mutex<u32>,
    ack: Completion,
}

impl Firmware {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            fw: Mutex::with_class(LockClass::new("fw"), 0),
            ack: Completion::with_class(LockClass::new("ack")),
        })
    }

    fn boot_under_lock(&self) {
        let mut fw = self.fw.lock();
        *fw |= 1;
        self.ack.wait_timeout(PATIENCE);
    }

    fn boot(&self) {
        *self.fw.lock() |= 1;
        self.ack.wait_timeout(PATIENCE);
    }

    fn irq(&self) {
        let mut fw = self.fw.lock();
        *fw |= 2;
        self.ack.complete();
    }
}

pub fn bad() {
    let firmware = Firmware::new();
    run("boot", &firmware, Firmware::boot_under_lock);
    run("irq", &firmware, Firmware::irq);
}

pub fn fixed() {
    let firmware = Firmware::new();
    run("boot", &firmware, Firmware::boot);
    run("irq", &firmware, Firmware::irq);
}
