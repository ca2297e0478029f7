//! Validation locks buffers in any order, as the lock of the address space keeps others out. The code was moved to where that
//! lock is not held, and the words "under it" came along.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

const BO: LockClass = LockClass::new("bo");

struct Vm {
    vm: Mutex<()>,
    bos: [Mutex<u32>; 2],
}

impl Vm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), ()),
            bos: [1, 2].map(|bo| Mutex::with_class(BO, bo)),
        })
    }

    fn validate_without(&self) {
        *self.bos[0].lock_under(&self.vm) += 1;
    }

    fn validate(&self) {
        let _vm = self.vm.lock();
        let mut first = self.bos[0].lock_under(&self.vm);
        let second = self.bos[1].lock_under(&self.vm);
        *first += *second;
    }
}

pub fn bad() {
    run("validate", &Vm::new(), Vm::validate_without);
}

pub fn fixed() {
    run("validate", &Vm::new(), Vm::validate);
}
