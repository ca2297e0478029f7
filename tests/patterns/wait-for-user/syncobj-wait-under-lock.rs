//! An ioctl waits until some program has submitted a point of a timeline, and keeps the lock of the address space. Whoever is
//! to submit it needs that lock, and may never come at all.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::wait_for_user;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct File {
    vm: Mutex<u64>,
}

impl File {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), 0),
        })
    }

    fn ioctl_under_lock(&self) {
        let mut vm = self.vm.lock();
        wait_for_user();
        *vm += 1;
    }

    fn ioctl(&self) {
        wait_for_user();
        *self.vm.lock() += 1;
    }
}

pub fn bad() {
    run("ioctl", &File::new(), File::ioctl_under_lock);
}

pub fn fixed() {
    run("ioctl", &File::new(), File::ioctl);
}
