//! Messages to the firmware need a credit. The ioctl keeps its credit until the job is done; completing the job takes one more
//! message, and if that was the last credit nobody gives one back.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Semaphore;

use crate::paths::run;

struct Firmware {
    credits: Semaphore,
    job: Fence,
}

impl Firmware {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            credits: Semaphore::with_class(LockClass::new("credits"), 1),
            job: Fence::new("job"),
        })
    }

    fn ioctl_with_credit(&self) {
        let _credit = self.credits.acquire();
        self.job.wait();
    }

    fn ioctl(&self) {
        drop(self.credits.acquire());
        self.job.wait();
    }

    fn complete(&self) {
        let _section = Section::begin();
        drop(self.credits.acquire());
        self.job.signal();
    }
}

pub fn bad() {
    let firmware = Firmware::new();
    run("ioctl", &firmware, Firmware::ioctl_with_credit);
    run("done", &firmware, Firmware::complete);
}

pub fn fixed() {
    let firmware = Firmware::new();
    run("ioctl", &firmware, Firmware::ioctl);
    run("done", &firmware, Firmware::complete);
}
