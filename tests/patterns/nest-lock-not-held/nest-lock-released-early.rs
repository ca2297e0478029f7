//! A walk locks an entry under the lock of its list and lets go of the list first. From then on another thread may lock the same
//! entries in another order.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Vm {
    vm: Mutex<()>,
    bo: Mutex<u32>,
}

impl Vm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), ()),
            bo: Mutex::with_class(LockClass::new("bo"), 1),
        })
    }

    fn validate_list_first(&self) {
        let vm = self.vm.lock();
        let mut bo = self.bo.lock_under(&self.vm);
        drop(vm);
        *bo += 1;
    }

    fn validate(&self) {
        let _vm = self.vm.lock();
        *self.bo.lock_under(&self.vm) += 1;
    }
}

pub fn bad() {
    run("validate", &Vm::new(), Vm::validate_list_first);
}

pub fn fixed() {
    run("validate", &Vm::new(), Vm::validate);
}
