//! The ioctl waits under one lock, and the completion takes another. It is a third path that ties the two: bind takes the first
//! inside the second, so the completion can be kept out by the waiter after all.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    vm: Mutex<u64>,
    pt: Mutex<Vec<u64>>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), 4096),
            pt: Mutex::with_class(LockClass::new("pt"), Vec::new()),
            job: Fence::new("job"),
        })
    }

    fn ioctl(&self) {
        let _vm = self.vm.lock();
        self.job.wait();
    }

    fn bind_nested(&self) {
        let mut pt = self.pt.lock();
        pt.push(*self.vm.lock());
    }

    fn bind(&self) {
        let size = *self.vm.lock();
        self.pt.lock().push(size);
    }

    fn complete(&self) {
        let _section = Section::begin();
        self.pt.lock().clear();
        self.job.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("bind", &gpu, Gpu::bind_nested);
    run("done", &gpu, Gpu::complete);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("bind", &gpu, Gpu::bind);
    run("done", &gpu, Gpu::complete);
}
