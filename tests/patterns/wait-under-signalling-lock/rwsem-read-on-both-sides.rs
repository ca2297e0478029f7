//! Both the waiter and the signaller only read the semaphore, which looks as if they could not be in each other's way. A resize
//! that waits to write stands between them: the second reader queues behind it, and it behind the first.

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

    fn exec(&self) {
        let _vm = self.vm.read();
        self.bind.wait();
    }

    fn run_bind_reading(&self) {
        let _section = Section::begin();
        assert_eq!(*self.vm.read(), 4096);
        self.bind.signal();
    }

    fn run_bind(&self) {
        let _section = Section::begin();
        if let Some(vm) = self.vm.try_read() {
            assert_eq!(*vm, 4096);
        }
        self.bind.signal();
    }

    fn resize(&self) {
        *self.vm.write() *= 2;
    }
}

pub fn bad() {
    let vm = Vm::new();
    run("exec", &vm, Vm::exec);
    run("binder", &vm, Vm::run_bind_reading);
    run("resize", &vm, Vm::resize);
}

pub fn fixed() {
    let vm = Vm::new();
    run("exec", &vm, Vm::exec);
    run("binder", &vm, Vm::run_bind);
    run("resize", &vm, Vm::resize);
}
