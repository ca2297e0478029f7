//! A sampler reads the ring and wants to know of the device as well. It starts from the inner lock, so it must not block on
//! the outer one: a submission holds that and waits for the ring.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Engine {
    gpu: Mutex<u32>,
    ring: Mutex<Vec<u32>>,
    busy: Mutex<Option<u32>>,
}

impl Engine {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            gpu: Mutex::with_class(LockClass::new("gpu"), 7),
            ring: Mutex::with_class(LockClass::new("ring"), Vec::new()),
            busy: Mutex::with_class(LockClass::new("busy"), None),
        })
    }

    fn submit(&self) {
        let gpu = self.gpu.lock();
        self.ring.lock().push(*gpu);
    }

    fn sample_blocking(&self) {
        let ring = self.ring.lock();
        let busy = *self.gpu.lock() * ring.len() as u32;
        drop(ring);
        *self.busy.lock() = Some(busy);
    }

    fn sample(&self) {
        let ring = self.ring.lock();
        let busy = self.gpu.try_lock().map(|gpu| *gpu * ring.len() as u32);
        drop(ring);
        *self.busy.lock() = busy;
    }
}

pub fn bad() {
    let engine = Engine::new();
    run("submit", &engine, Engine::submit);
    run("sampler", &engine, Engine::sample_blocking);
}

pub fn fixed() {
    let engine = Engine::new();
    run("submit", &engine, Engine::submit);
    run("sampler", &engine, Engine::sample);
    assert_eq!(*engine.busy.lock(), Some(7), "nobody had the device");
}
