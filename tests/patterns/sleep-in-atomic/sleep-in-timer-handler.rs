//! A timer polls a register, and sleeps until it says something else. While it does, no other softirq runs on that CPU, nor the
//! thread that it interrupted.

use std::sync::Arc;

use fence_lockdep::timer::Timer;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{LATER, of, run};

struct Device {
    poll: Timer,
    queue: Workqueue,
    poll_work: Work,
}

impl Device {
    fn polling(handler: fn(&Self)) -> Arc<Self> {
        Arc::new_cyclic(|device| Self {
            poll: Timer::with_class(LockClass::new("poll"), of(device, handler)),
            queue: Workqueue::builder("poll_wq").build(),
            poll_work: Work::with_class(LockClass::new("poll_work"), of(device, Self::wait)),
        })
    }

    fn wait(&self) {
        assert!(!self.poll_work.cancel(), "it runs");
        might_sleep();
    }

    fn start_work(&self) {
        self.queue.queue_after(&self.poll_work, LATER);
    }

    fn tick(&self) {
        self.poll.arm(LATER);
        self.poll.fire();
    }
}

pub fn bad() {
    run("tick", &Device::polling(|_| might_sleep()), Device::tick);
}

pub fn fixed() {
    let device = Device::polling(Device::start_work);
    run("tick", &device, Device::tick);
    device.poll_work.flush();
}
