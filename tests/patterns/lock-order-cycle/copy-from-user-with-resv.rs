//! An ioctl reads a list from user memory with a buffer locked. The copy may fault, and a fault handler holds the mmap lock when
//! it locks buffers: the one path that is found without the other having run, as the kernel itself is the other.

use std::sync::Arc;

use fence_lockdep::annotate::touch_user_memory;
use fence_lockdep::sync::ww::{WwClass, WwMutex};

use crate::paths::run;

static RESV: WwClass = WwClass::wait_die("resv");

struct Execbuf {
    resv: WwMutex<Vec<u64>>,
}

impl Execbuf {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            resv: WwMutex::new(&RESV, Vec::new()),
        })
    }

    fn relocations() -> Vec<u64> {
        touch_user_memory();
        vec![1, 2]
    }

    fn submit_and_copy(&self) {
        let mut resv = self.resv.lock_without_context();
        *resv = Self::relocations();
    }

    fn submit(&self) {
        let relocations = Self::relocations();
        *self.resv.lock_without_context() = relocations;
    }
}

pub fn bad() {
    run("execbuf", &Execbuf::new(), Execbuf::submit_and_copy);
}

pub fn fixed() {
    run("execbuf", &Execbuf::new(), Execbuf::submit);
}
