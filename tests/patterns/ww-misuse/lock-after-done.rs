//! Validation says that it has all its buffers and then finds one more. Others rely on what was said when they decide who backs
//! off; the late one waits, and nobody does.

use std::sync::Arc;

use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static BO: WwClass = WwClass::wait_die("bo");

struct Validation {
    bos: [WwMutex<u32>; 2],
}

impl Validation {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            bos: [0, 1].map(|bo| WwMutex::new(&BO, bo)),
        })
    }

    fn validate_one_more(&self) -> Result<(), WwError> {
        let exec = AcquireCtx::new(&BO);
        let mut first = self.bos[0].lock(&exec)?;
        exec.done();
        *first += *self.bos[1].lock(&exec)?;
        Ok(())
    }

    fn validate(&self) -> Result<(), WwError> {
        let exec = AcquireCtx::new(&BO);
        let mut first = self.bos[0].lock(&exec)?;
        let second = self.bos[1].lock(&exec)?;
        exec.done();
        *first += *second;
        Ok(())
    }
}

pub fn bad() {
    run(
        "validate",
        &Validation::new(),
        Validation::validate_one_more,
    );
}

pub fn fixed() {
    run("validate", &Validation::new(), Validation::validate);
}
