//! An interrupt looks something up for reading, and a configuration path writes with interrupts on. If the interrupt comes
//! on top of the writer it waits for it, and the writer for its end. Readers may leave interrupts on: they let it pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::irq::{HardIrq, IrqDisabled};
use fence_lockdep::sync::RwSpinLock;

use crate::paths::run;

struct Routes {
    table: RwSpinLock<BTreeMap<u32, u32>>,
}

impl Routes {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            table: RwSpinLock::with_class(LockClass::new("table"), BTreeMap::new()),
        })
    }

    fn lookup(&self) {
        let _handler = HardIrq::enter();
        assert!(!self.table.read().contains_key(&1));
    }

    fn show(&self) {
        assert!(self.table.read().is_empty());
    }

    fn configure_with_irqs_on(&self) {
        self.table.write().insert(1, 2);
    }

    fn configure(&self) {
        let _irqs = IrqDisabled::new();
        self.table.write().insert(1, 2);
    }
}

pub fn bad() {
    let routes = Routes::new();
    run("lookup", &routes, Routes::lookup);
    run("config", &routes, Routes::configure_with_irqs_on);
}

pub fn fixed() {
    let routes = Routes::new();
    run("lookup", &routes, Routes::lookup);
    run("show", &routes, Routes::show);
    run("config", &routes, Routes::configure);
}
