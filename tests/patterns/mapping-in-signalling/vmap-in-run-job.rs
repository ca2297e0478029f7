//! A software renderer maps the framebuffer into the kernel when the job runs. That may allocate, take the exporter's locks and
//! wait for a move, which waits for the job.

use std::sync::Arc;

use fence_lockdep::annotate::{Buffer, Fence};
use fence_lockdep::engine::BufferOp;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Renderer {
    resv: WwMutex<()>,
    fb: Buffer,
    job: Fence,
}

impl Renderer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, ()),
            fb: Buffer::new(0),
            job: Fence::new("job"),
        })
    }

    fn run_job_mapping(&self) {
        let _section = Section::begin();
        if let Some(_resv) = self.resv.try_lock(None) {
            self.fb.does(BufferOp::Vmap);
        }
        self.job.signal();
    }

    fn submit(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&RESV);
        let _resv = self.resv.lock(&ctx)?;
        self.fb.does(BufferOp::Vmap);
        let _section = Section::begin();
        self.job.publish_in(&self.resv);
        Ok(())
    }

    fn run_job(&self) {
        let _section = Section::begin();
        self.job.signal();
    }
}

pub fn bad() {
    run("sched", &Renderer::new(), Renderer::run_job_mapping);
}

pub fn fixed() {
    let renderer = Renderer::new();
    run("ioctl", &renderer, Renderer::submit);
    run("sched", &renderer, Renderer::run_job);
}
