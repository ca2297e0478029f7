//! Starting a job takes an acknowledgement of the firmware, which an interrupt thread delivers under the firmware's lock. An
//! ioctl waits for the job under that lock: job, acknowledgement and lock wait for each other in a ring.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::{Completion, Mutex};

use crate::paths::run;

struct Firmware {
    fw: Mutex<u32>,
    ack: Completion,
    job: Fence,
}

impl Firmware {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            fw: Mutex::with_class(LockClass::new("fw"), 0),
            ack: Completion::with_class(LockClass::new("ack")),
            job: Fence::new("job"),
        })
    }

    fn irq(&self) {
        let mut fw = self.fw.lock();
        *fw |= 1;
        self.ack.complete();
    }

    fn ioctl_under_lock(&self) {
        let _fw = self.fw.lock();
        self.job.wait();
    }

    fn ioctl(&self) {
        *self.fw.lock() |= 2;
        self.job.wait();
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.ack.wait();
        self.job.signal();
    }
}

pub fn bad() {
    let firmware = Firmware::new();
    run("irq", &firmware, Firmware::irq);
    run("ioctl", &firmware, Firmware::ioctl_under_lock);
    run("sched", &firmware, Firmware::run_job);
}

pub fn fixed() {
    let firmware = Firmware::new();
    run("irq", &firmware, Firmware::irq);
    run("ioctl", &firmware, Firmware::ioctl);
    run("sched", &firmware, Firmware::run_job);
}
