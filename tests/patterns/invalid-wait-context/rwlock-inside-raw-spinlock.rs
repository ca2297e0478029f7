//! A clock controller reads its rate table under the raw lock of its registers. The table has an ordinary reader-writer lock,
//! which sleeps on a real-time kernel, and then so does the holder of the raw lock.

use std::sync::Arc;

use fence_lockdep::sync::{RawSpinLock, RwSpinLock};

use crate::paths::run;

struct Clock {
    regs: RawSpinLock<u32>,
    table: RwSpinLock<Vec<u32>>,
}

impl Clock {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            regs: RawSpinLock::with_class("regs", 0),
            table: RwSpinLock::with_class("table", vec![19, 38]),
        })
    }

    fn set_rate_looking_up_inside(&self) {
        let mut regs = self.regs.lock();
        *regs = self.table.read()[1];
    }

    fn set_rate(&self) {
        let rate = self.table.read()[1];
        *self.regs.lock() = rate;
    }
}

pub fn bad() {
    run("clk", &Clock::new(), Clock::set_rate_looking_up_inside);
}

pub fn fixed() {
    run("clk", &Clock::new(), Clock::set_rate);
}
