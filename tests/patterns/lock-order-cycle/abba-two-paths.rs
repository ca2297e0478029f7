//! A submission writes to the ring under the address space it belongs to; a debugfs file prints the ring and, for each entry,
//! looks into the address space. Each has the lock that the other wants next, and neither lets go.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    vm: Mutex<Vec<u64>>,
    ring: Mutex<Vec<usize>>,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), vec![0x1000]),
            ring: Mutex::with_class(LockClass::new("ring"), Vec::new()),
        })
    }

    fn submit(&self) {
        let vm = self.vm.lock();
        self.ring.lock().push(vm.len() - 1);
    }

    fn debugfs_ring_first(&self) {
        let ring = self.ring.lock();
        let vm = self.vm.lock();
        assert_eq!(vm[ring[0]], 0x1000);
    }

    fn debugfs(&self) {
        let vm = self.vm.lock();
        let ring = self.ring.lock();
        assert_eq!(vm[ring[0]], 0x1000);
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::submit);
    run("debugfs", &gpu, Gpu::debugfs_ring_first);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("submit", &gpu, Gpu::submit);
    run("debugfs", &gpu, Gpu::debugfs);
}
