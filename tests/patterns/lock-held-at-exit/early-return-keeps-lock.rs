//! A new check between lock and unlock returns where it should have gone to the unlock. Guards make that hard in Rust; a lock
//! that is to be released by hand, as over a call into C, is as easy to forget as there.

use std::mem;
use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct File {
    vm: Mutex<Vec<u64>>,
}

impl File {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), Vec::new()),
        })
    }

    fn ioctl_unlocking_by_hand(&self) {
        let vm = mem::ManuallyDrop::new(self.vm.lock());
        if vm.is_empty() {
            return;
        }
        drop(mem::ManuallyDrop::into_inner(vm));
    }

    fn ioctl(&self) {
        let vm = self.vm.lock();
        if vm.is_empty() {
            return;
        }
        drop(vm);
    }
}

pub fn bad() {
    run("ioctl", &File::new(), File::ioctl_unlocking_by_hand);
}

pub fn fixed() {
    run("ioctl", &File::new(), File::ioctl);
}
