//! One ordered queue does everything for this driver. An item on it waits for a reply that another item brings, and that one
//! stands behind it.

use std::sync::Arc;
use std::time::Duration;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Completion;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

/// Without a bound the watchdog would end the wait.
const PATIENCE: Duration = Duration::ZERO;

struct Device {
    queue: Workqueue,
    replies: Workqueue,
    ask: Work,
    answer: Work,
    reply: Completion,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new_cyclic(|device| Self {
            queue: Workqueue::builder("ord").ordered().build(),
            replies: Workqueue::builder("replies").ordered().build(),
            ask: Work::with_class(LockClass::new("ask"), of(device, Self::ask)),
            answer: Work::with_class(LockClass::new("answer"), of(device, Self::answer)),
            reply: Completion::with_class(LockClass::new("reply")),
        })
    }

    fn ask(&self) {
        self.reply.wait_timeout(PATIENCE);
    }

    fn answer(&self) {
        self.reply.complete();
    }

    fn ioctl_on_one_queue(&self) {
        self.queue.queue_after(&self.ask, LATER);
        self.queue.queue_after(&self.answer, LATER);
    }

    fn ioctl(&self) {
        self.queue.queue_after(&self.ask, LATER);
        self.replies.queue_after(&self.answer, LATER);
    }

    fn run_items(&self) {
        self.ask.flush();
        self.answer.flush();
    }
}

pub fn bad() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl_on_one_queue);
    device.run_items();
}

pub fn fixed() {
    let device = Device::new();
    run("ioctl", &device, Device::ioctl);
    device.run_items();
}
