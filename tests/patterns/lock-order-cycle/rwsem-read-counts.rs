//! Bind and unbind only read the address space, and take the page-table lock one inside, one outside of it. Reading looks
//! harmless, but a reader queues behind a writer that waits, and resize is one.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Mutex, RwLock};

use crate::paths::run;

struct Vm {
    vm: RwLock<u64>,
    pt: Mutex<Vec<u64>>,
}

impl Vm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: RwLock::with_class(LockClass::new("vm"), 4096),
            pt: Mutex::with_class(LockClass::new("pt"), Vec::new()),
        })
    }

    fn bind(&self) {
        let size = self.vm.read();
        self.pt.lock().push(*size);
    }

    fn unbind_table_first(&self) {
        let mut pt = self.pt.lock();
        let size = self.vm.read();
        pt.retain(|entry| *entry < *size);
    }

    fn unbind(&self) {
        let size = self.vm.read();
        self.pt.lock().retain(|entry| *entry < *size);
    }

    fn resize(&self) {
        *self.vm.write() *= 2;
    }
}

pub fn bad() {
    let vm = Vm::new();
    run("bind", &vm, Vm::bind);
    run("unbind", &vm, Vm::unbind_table_first);
    run("resize", &vm, Vm::resize);
}

pub fn fixed() {
    let vm = Vm::new();
    run("bind", &vm, Vm::bind);
    run("unbind", &vm, Vm::unbind);
    run("resize", &vm, Vm::resize);
}
