//! A GPU and a network card exchange a buffer. Each has published a fence and waits for that of the other before it signals its
//! own; there is no lock anywhere that could tell.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;

use crate::paths::run;

struct Exchange {
    a: Fence,
    b: Fence,
}

impl Exchange {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            a: Fence::new("a"),
            b: Fence::new("b"),
        })
    }

    fn gpu(&self) {
        self.a.publish();
        self.b.wait();
        self.a.signal();
    }

    fn nic_waits_first(&self) {
        self.b.publish();
        self.a.wait();
        self.b.signal();
    }

    fn nic(&self) {
        self.b.publish();
        self.b.signal();
        self.a.wait();
    }
}

pub fn bad() {
    let exchange = Exchange::new();
    run("gpu", &exchange, Exchange::gpu);
    run("nic", &exchange, Exchange::nic_waits_first);
}

pub fn fixed() {
    let exchange = Exchange::new();
    run("gpu", &exchange, Exchange::gpu);
    run("nic", &exchange, Exchange::nic);
}
