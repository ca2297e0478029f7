//! A copy locks its source and its destination, in the order in which the caller named them. Another copy names them the
//! other way round. All buffers are of one class, so one copy is enough to see that they have no order.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

const BO_LOCK: LockClass = LockClass::new("bo_lock");

struct Buffers(Vec<Mutex<Vec<u8>>>);

impl Buffers {
    fn new() -> Arc<Self> {
        let buffer = |fill| Mutex::with_class(BO_LOCK, vec![fill; 4]);
        Arc::new(Self(vec![buffer(1), buffer(0)]))
    }

    fn copy_as_named(&self, from: usize, to: usize) {
        let from = self.0[from].lock();
        self.0[to].lock().clone_from(&from);
    }

    /// The lower index first, the other one as the inner lock of the class.
    fn copy(&self, from: usize, to: usize) {
        let outer = self.0[from.min(to)].lock();
        let inner = self.0[from.max(to)].lock_nested(1);
        let (from, mut to) = if from < to {
            (outer, inner)
        } else {
            (inner, outer)
        };
        to.clone_from(&from);
    }
}

pub fn bad() {
    run("copy", &Buffers::new(), |buffers| {
        buffers.copy_as_named(0, 1);
    });
}

pub fn fixed() {
    run("copy", &Buffers::new(), |buffers| buffers.copy(0, 1));
}
