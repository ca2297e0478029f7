//! The ioctl waits for the second job under the lock of the statistics; retiring the first job takes that lock. A ring signals
//! in order, so the second fence cannot come before the first, and that cannot come at all.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Gpu {
    stats: Mutex<u64>,
    jobs: [Fence; 2],
    dma: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            stats: Mutex::with_class(LockClass::new("stats"), 0),
            jobs: [
                Fence::new("job1").on("ring").seqno(1),
                Fence::new("job2").on("ring").seqno(2),
            ],
            dma: Fence::new("dma1").on("copy").seqno(1),
        })
    }

    fn ioctl_waits_for_ring(&self) {
        let _stats = self.stats.lock();
        self.jobs[1].wait();
    }

    fn ioctl(&self) {
        let stats = self.stats.lock();
        self.dma.wait();
        drop(stats);
        self.jobs[1].wait();
    }

    fn retire(&self) {
        let section = Section::begin();
        *self.stats.lock() += 1;
        self.jobs[0].signal();
        section.end();
        let _section = Section::begin();
        self.jobs[1].signal();
    }

    fn copy_done(&self) {
        let _handler = HardIrq::enter();
        let _section = Section::begin();
        self.dma.signal();
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl_waits_for_ring);
    run("retire", &gpu, Gpu::retire);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("ioctl", &gpu, Gpu::ioctl);
    run("retire", &gpu, Gpu::retire);
    run("copy_done", &gpu, Gpu::copy_done);
}
