//! A function opens a section, keeps it open on purpose, and has one exit more than lines that close it. What the thread does
//! next counts as signalling.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Scheduler {
    job: Fence,
}

impl Scheduler {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            job: Fence::new("job"),
        })
    }

    fn hardware_is_there(&self) -> bool {
        self.job.signal_error();
        false
    }

    fn run_job_closing_by_hand(&self) {
        let section = ManuallyDrop::new(Section::begin());
        if self.hardware_is_there() {
            ManuallyDrop::into_inner(section).end();
        }
    }

    fn run_job(&self) {
        let section = Section::begin();
        if self.hardware_is_there() {
            section.end();
        }
    }
}

pub fn bad() {
    run(
        "sched",
        &Scheduler::new(),
        Scheduler::run_job_closing_by_hand,
    );
}

pub fn fixed() {
    run("sched", &Scheduler::new(), Scheduler::run_job);
}
