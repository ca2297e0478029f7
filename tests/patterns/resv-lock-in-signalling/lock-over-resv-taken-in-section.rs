//! The address space is locked outside of reservations, and the job callback takes it too. It never touches a buffer, and still
//! waits for whoever waits for one.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Gpu {
    vm: Mutex<u64>,
    resv: WwMutex<u32>,
    ring: Mutex<Vec<u64>>,
    job: Fence,
}

impl Gpu {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            vm: Mutex::with_class(LockClass::new("vm"), 0),
            resv: WwMutex::new(&RESV, 0),
            ring: Mutex::with_class(LockClass::new("ring"), Vec::new()),
            job: Fence::new("job"),
        })
    }

    fn run_job_under_vm(&self) {
        let _section = Section::begin();
        *self.vm.lock() += 1;
        self.job.signal();
    }

    fn bind_under_vm(&self) -> Result<(), WwError> {
        let _vm = self.vm.lock();
        let ctx = AcquireCtx::new(&RESV);
        *self.resv.lock(&ctx)? += 1;
        Ok(())
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.ring.lock().pop();
        self.job.signal();
    }

    fn bind(&self) -> Result<(), WwError> {
        let vm = self.vm.lock();
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        self.ring.lock().push(*vm);
        Ok(())
    }
}

pub fn bad() {
    let gpu = Gpu::new();
    run("sched", &gpu, Gpu::run_job_under_vm);
    run("ioctl", &gpu, Gpu::bind_under_vm);
}

pub fn fixed() {
    let gpu = Gpu::new();
    run("sched", &gpu, Gpu::run_job);
    run("ioctl", &gpu, Gpu::bind);
}
