//! A job hangs, and its timeout handler writes a core dump before it signals. The dump needs memory, the allocation may wait for
//! the hung job, and nobody but this handler ends that.

use fence_lockdep::LockClass;
use fence_lockdep::annotate::Fence;
use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;
use fence_lockdep::workqueue::{Work, Workqueue};

fn time_out(dump: Gfp) {
    let job = Fence::new("job");
    let queue = Workqueue::builder("timeouts").mem_reclaim().build();
    let tdr = Work::with_class(LockClass::new("tdr"), move || {
        let _section = Section::begin();
        might_alloc(dump);
        job.signal_error();
    });
    queue.queue(&tdr);
}

pub fn bad() {
    time_out(Gfp::Kernel);
}

pub fn fixed() {
    time_out(Gfp::NoWait);
}
