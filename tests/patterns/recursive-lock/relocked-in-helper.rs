//! A helper takes the submit lock for callers that do not have it, and is called by one that has. The thread waits for a
//! lock whose owner it is; here the watchdog ends it.

use std::sync::Arc;

use fence_lockdep::sync::Mutex;
use fence_lockdep::{LockClass, might_sleep};

use crate::paths::{run, run_into_itself};

struct Queue {
    submit: Mutex<Vec<u32>>,
}

impl Queue {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            submit: Mutex::with_class(LockClass::new("submit"), vec![1, 2]),
        })
    }

    fn flush(&self) {
        Self::flush_locked(&mut self.submit.lock());
    }

    fn flush_locked(submit: &mut Vec<u32>) {
        might_sleep();
        submit.clear();
    }

    fn ioctl_and_helper(&self) {
        let _submit = self.submit.lock();
        self.flush();
    }

    fn ioctl(&self) {
        Self::flush_locked(&mut self.submit.lock());
    }
}

pub fn bad() {
    run_into_itself("ioctl", &Queue::new(), Queue::ioctl_and_helper);
}

pub fn fixed() {
    run("ioctl", &Queue::new(), Queue::ioctl);
}
