//! A submission holds the reset semaphore for reading, and a function that it calls takes it once more to be sure. That goes
//! well until a reset waits to write between the two: the second read queues behind it, and it waits for the first.

use std::sync::Arc;

use fence_lockdep::sync::RwLock;
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::run;

struct Gpu {
    reset: RwLock<u32>,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            reset: RwLock::with_class(LockClass::new("reset"), 0),
        })
    }

    fn ioctl_reading_twice(&self) {
        let resets = self.reset.read();
        assert_eq!(*self.reset.read(), *resets);
    }

    fn ioctl(&self) {
        let resets = self.reset.read();
        might_sleep();
        assert_eq!(*resets, 0);
    }

    fn recover(&self) {
        *self.reset.write() += 1;
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl_reading_twice);
    run("recover", &gpu, Gpu::recover);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("recover", &gpu, Gpu::recover);
}
