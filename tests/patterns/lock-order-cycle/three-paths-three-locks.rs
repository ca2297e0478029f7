//! An ioctl goes from the device to a buffer, a page flip from the buffer to the connector, and hotplug from the connector
//! back to the device. Any two of them get along; the three together close a circle.

use std::sync::Arc;

use fence_lockdep::LockClass;
use fence_lockdep::sync::Mutex;

use crate::paths::run;

struct Display {
    dev: Mutex<u32>,
    bo: Mutex<u32>,
    conn: Mutex<bool>,
}

impl Display {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            dev: Mutex::with_class(LockClass::new("dev"), 0),
            bo: Mutex::with_class(LockClass::new("bo"), 0),
            conn: Mutex::with_class(LockClass::new("conn"), false),
        })
    }

    fn ioctl(&self) {
        let dev = self.dev.lock();
        *self.bo.lock() = *dev;
    }

    fn flip(&self) {
        let bo = self.bo.lock();
        *self.conn.lock() = *bo != 0;
    }

    fn hotplug_under_connector(&self) {
        let mut conn = self.conn.lock();
        *conn = *self.dev.lock() == 0;
    }

    fn hotplug(&self) {
        let idle = *self.dev.lock() == 0;
        *self.conn.lock() = idle;
    }
}

pub fn bad() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl);
    run("flip", &display, Display::flip);
    run("hotplug", &display, Display::hotplug_under_connector);
}

pub fn fixed() {
    let display = Display::new();
    run("ioctl", &display, Display::ioctl);
    run("flip", &display, Display::flip);
    run("hotplug", &display, Display::hotplug);
}
