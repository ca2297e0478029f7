//! A submission takes a mutex and the completion thread gives it back: a mutex where a completion was meant. Its owner is gone
//! when it is unlocked, and priority and ownership are kept for the wrong thread.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use fence_lockdep::LockClass;
use fence_lockdep::sync::{Completion, Mutex};

use crate::paths::run;

/// No other path runs while this one waits, so nothing is to be waited for.
const PATIENCE: Duration = Duration::ZERO;

struct Device {
    busy: Mutex<()>,
    idle: Completion,
}

impl Device {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            busy: Mutex::with_class(LockClass::new("busy"), ()),
            idle: Completion::with_class(LockClass::new("idle")),
        })
    }

    fn submit_keeping_mutex(&self) {
        mem::forget(self.busy.lock());
    }

    fn complete_unlocking(&self) {
        // SAFETY: the mutex is locked, and its guard was forgotten.
        unsafe { self.busy.force_unlock() };
    }

    fn submit(&self) {
        drop(self.busy.lock());
        self.idle.wait_timeout(PATIENCE);
    }

    fn complete(&self) {
        self.idle.complete();
    }
}

pub fn bad() {
    let device = Device::new();
    run("submit", &device, Device::submit_keeping_mutex);
    run("done", &device, Device::complete_unlocking);
}

pub fn fixed() {
    let device = Device::new();
    run("submit", &device, Device::submit);
    run("done", &device, Device::complete);
}
