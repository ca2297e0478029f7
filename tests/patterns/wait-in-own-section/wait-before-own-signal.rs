//! A software timeline is produced and consumed by one ioctl, which waits for its frame before it signals it. Nobody else ever
//! will.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Timeline {
    frame: Fence,
}

impl Timeline {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            frame: Fence::new("frame"),
        })
    }

    fn produce(&self) {
        let _section = Section::begin();
        self.frame.signal();
    }

    fn ioctl_waits_first(&self) {
        self.frame.publish();
        self.frame.wait();
        self.produce();
    }

    fn ioctl(&self) {
        self.frame.publish();
        self.produce();
        self.frame.wait();
    }
}

pub fn bad() {
    run("ioctl", &Timeline::new(), Timeline::ioctl_waits_first);
}

pub fn fixed() {
    run("ioctl", &Timeline::new(), Timeline::ioctl);
}
