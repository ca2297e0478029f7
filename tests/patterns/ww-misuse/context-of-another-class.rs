//! A display driver has two classes of such locks, buffers and planes, and takes both with one context. Who is older among the
//! buffers says nothing about the planes.

use std::sync::Arc;

use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static BO: WwClass = WwClass::wait_die("bo");
static PLANE: WwClass = WwClass::wound_wait("plane");

struct Display {
    bo: WwMutex<u32>,
    plane: WwMutex<u32>,
}

impl Display {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            bo: WwMutex::new(&BO, 1),
            plane: WwMutex::new(&PLANE, 0),
        })
    }

    fn commit_with_one(&self) -> Result<(), WwError> {
        let exec = AcquireCtx::new(&BO);
        let bo = self.bo.lock(&exec)?;
        *self.plane.lock(&exec)? = *bo;
        Ok(())
    }

    fn commit(&self) -> Result<(), WwError> {
        let modeset = AcquireCtx::new(&PLANE);
        let shown = *self.plane.lock(&modeset)?;
        drop(modeset);
        let exec = AcquireCtx::new(&BO);
        *self.bo.lock(&exec)? += shown;
        Ok(())
    }
}

pub fn bad() {
    run("commit", &Display::new(), Display::commit_with_one);
}

pub fn fixed() {
    run("commit", &Display::new(), Display::commit);
}
