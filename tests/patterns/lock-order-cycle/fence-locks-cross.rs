//! Two drivers pass completions on: the callback of one's fence signals the other's. A callback runs under its fence's lock, so
//! the two locks are taken in both orders; one side has to let go first.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::sync::SpinLock;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::paths::{LATER, of, run};

struct Pair {
    /// What the fences lock themselves with.
    _locks: [SpinLock<()>; 2],
    gpu: [Fence; 2],
    nic: [Fence; 2],
    queue: Workqueue,
    bounce: Work,
}

impl Pair {
    fn new() -> Arc<Self> {
        let [gpu, nic] =
            ["gpu_tl", "nic_tl"].map(|class| SpinLock::with_class(LockClass::new(class), ()));
        let gpu_fence = |name, number| Fence::new(name).on("gpu").seqno(number).locked_by(&gpu);
        let nic_fence = |name, number| Fence::new(name).on("nic").seqno(number).locked_by(&nic);
        let gpu_fences = [gpu_fence("g1", 1), gpu_fence("g2", 2)];
        let nic_fences = [nic_fence("n1", 1), nic_fence("n2", 2)];
        Arc::new_cyclic(|pair| Self {
            _locks: [gpu, nic],
            gpu: gpu_fences,
            nic: nic_fences,
            queue: Workqueue::builder("bounce_wq").mem_reclaim().build(),
            bounce: Work::with_class(LockClass::new("bounce"), of(pair, Self::pass_on)),
        })
    }

    fn gpu_retire(&self) {
        self.gpu[0].with_lock(|| {
            self.gpu[0].signal();
            self.gpu[0].callback(|| self.nic[0].signal());
        });
    }

    fn nic_retire_in_callback(&self) {
        self.nic[1].with_lock(|| {
            self.nic[1].signal();
            self.nic[1].callback(|| self.gpu[1].signal());
        });
    }

    fn nic_retire(&self) {
        self.nic[1].with_lock(|| {
            self.nic[1].signal();
            self.nic[1].callback(|| {
                self.queue.queue_after(&self.bounce, LATER);
            });
        });
    }

    /// As an interrupt that a CPU sends to itself.
    fn pass_on(&self) {
        let _irq_work = HardIrq::enter();
        self.gpu[1].signal();
    }
}

pub fn bad() {
    let pair = Pair::new();
    run("gpu_retire", &pair, Pair::gpu_retire);
    run("nic_retire", &pair, Pair::nic_retire_in_callback);
}

pub fn fixed() {
    let pair = Pair::new();
    run("gpu_retire", &pair, Pair::gpu_retire);
    run("nic_retire", &pair, Pair::nic_retire);
    pair.bounce.flush();
}
