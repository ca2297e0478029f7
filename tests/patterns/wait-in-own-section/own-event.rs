//! Probing waits until the firmware is ready, before it starts what makes the firmware ready. The only line that could end the
//! wait stands below it in the same function.

use std::sync::Arc;
use std::time::Duration;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Completion;

use crate::paths::run;

/// Without a bound the watchdog would end the wait: no other thread is left that could.
const PATIENCE: Duration = Duration::ZERO;

struct Firmware {
    ready: Completion,
}

impl Firmware {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ready: Completion::with_class(LockClass::new("ready")),
        })
    }

    fn probe_and_boot(&self) {
        self.ready.wait_timeout(PATIENCE);
        self.ready.complete();
    }

    fn boot(&self) {
        self.ready.complete();
    }

    fn probe(&self) {
        self.ready.wait();
    }
}

pub fn bad() {
    run("probe", &Firmware::new(), Firmware::probe_and_boot);
}

pub fn fixed() {
    let firmware = Firmware::new();
    run("firmware", &firmware, Firmware::boot);
    run("probe", &firmware, Firmware::probe);
}
