//! Two layers share a context, and both think that they are the last to lock something. After the first of them has said so,
//! nothing may be locked any more.

use std::sync::Arc;

use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static BO: WwClass = WwClass::wait_die("bo");

struct Validation {
    bo: WwMutex<u32>,
}

impl Validation {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            bo: WwMutex::new(&BO, 0),
        })
    }

    fn validate_in_layers(&self) -> Result<(), WwError> {
        let exec = AcquireCtx::new(&BO);
        let mut bo = self.bo.lock(&exec)?;
        exec.done();
        exec.done();
        *bo += 1;
        Ok(())
    }

    fn validate(&self) -> Result<(), WwError> {
        let exec = AcquireCtx::new(&BO);
        let mut bo = self.bo.lock(&exec)?;
        exec.done();
        *bo += 1;
        Ok(())
    }
}

pub fn bad() {
    run(
        "validate",
        &Validation::new(),
        Validation::validate_in_layers,
    );
}

pub fn fixed() {
    run("validate", &Validation::new(), Validation::validate);
}
