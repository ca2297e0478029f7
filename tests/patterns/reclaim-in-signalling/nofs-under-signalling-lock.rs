//! A bind ioctl allocates under the page-table lock, in a scope without file systems. The job thread takes that lock before it
//! signals; so a notifier that reclaim calls waits for a job, the job for the lock, and its owner for reclaim.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::{might_alloc, no_fs, no_reclaim};
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Vm {
    pt: Mutex<Vec<u64>>,
    job: Fence,
}

impl Vm {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            pt: Mutex::with_class(LockClass::new("pt"), Vec::new()),
            job: Fence::new("job"),
        })
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.pt.lock().clear();
        self.job.signal();
    }

    fn bind_without_fs(&self) {
        let mut pt = self.pt.lock();
        let _scope = no_fs();
        might_alloc(Gfp::Kernel);
        pt.push(1);
    }

    fn bind(&self) {
        let mut pt = self.pt.lock();
        let _scope = no_reclaim();
        might_alloc(Gfp::Kernel);
        pt.push(1);
    }
}

pub fn bad() {
    let vm = Vm::new();
    run("sched", &vm, Vm::run_job);
    run("vm_bind", &vm, Vm::bind_without_fs);
}

pub fn fixed() {
    let vm = Vm::new();
    run("sched", &vm, Vm::run_job);
    run("vm_bind", &vm, Vm::bind);
}
