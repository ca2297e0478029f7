//! The completion thread writes the results of a query to the program's memory before it signals. The copy may fault, the fault
//! takes the mmap lock, and its owner may wait for the fence.

use std::sync::Arc;

use fence_lockdep::annotate::{Fence, touch_user_memory};
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Query {
    job: Fence,
}

impl Query {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn complete_copy_first(&self) {
        let _section = Section::begin();
        touch_user_memory();
        self.job.signal();
    }

    fn complete(&self) {
        let section = Section::begin();
        self.job.signal();
        section.end();
        touch_user_memory();
    }
}

pub fn bad() {
    run("done", &Query::new(), Query::complete_copy_first);
}

pub fn fixed() {
    run("done", &Query::new(), Query::complete);
}
