//! Sequence numbers have 32 bits. A driver that sorts its jobs by number is right for four billion of them and then signals
//! number 0 before the one that came before it.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;

use crate::paths::run;

struct Ring {
    jobs: [(u32, Fence); 2],
}

impl Ring {
    fn new() -> Arc<Self> {
        let job = |name, number| (number, Fence::new(name).on("ring").seqno(number));
        Arc::new(Self {
            jobs: [job("before", u32::MAX), job("after", 0)],
        })
    }

    fn retire(&self, is_first: impl Fn(u32, u32) -> bool) {
        let _section = Section::begin();
        let [one, two] = &self.jobs;
        let (first, second) = if is_first(one.0, two.0) {
            (one, two)
        } else {
            (two, one)
        };
        first.1.signal();
        second.1.signal();
    }
}

pub fn bad() {
    run("retire", &Ring::new(), |ring| {
        ring.retire(|one, two| one < two);
    });
}

pub fn fixed() {
    run("retire", &Ring::new(), |ring| {
        ring.retire(|one, two| one.wrapping_sub(two).cast_signed() < 0);
    });
}
