//! Execution waits for the page tables to be ready while it reads the address space. The thread that makes them ready writes
//! the address space, and waits for the reader.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::RwLock;

use crate::paths::run;

struct Vm {
    vm: RwLock<u64>,
    bind: Fence,
}

impl Vm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: RwLock::with_class(LockClass::new("vm"), 4096),
            bind: Fence::new("bind"),
        })
    }

    fn exec_reading(&self) {
        let _vm = self.vm.read();
        self.bind.wait();
    }

    fn exec(&self) {
        assert_eq!(*self.vm.read(), 4096);
        self.bind.wait();
    }

    fn run_bind(&self) {
        let _section = Section::begin();
        *self.vm.write() *= 2;
        self.bind.signal();
    }
}

pub fn bad() {
    let vm = Vm::new();
    run("exec", &vm, Vm::exec_reading);
    run("binder", &vm, Vm::run_bind);
}

pub fn fixed() {
    let vm = Vm::new();
    run("exec", &vm, Vm::exec);
    run("binder", &vm, Vm::run_bind);
}
