//! A commit takes a lock for each of its objects, and each has a class and an acquire context to itself. What a thread holds is
//! followed 48 deep, by the kernel as here; from then on nobody checks it.

use std::mem;
use std::sync::Arc;

use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwError, WwMutex};

use crate::paths::run;

static BO: WwClass = WwClass::wait_die("bo");
static OWN: [&str; 25] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
    "t", "u", "v", "w", "x", "y",
];

struct Display {
    objects: Vec<(WwClass, WwMutex<u32>)>,
}

impl Display {
    fn with_classes(classes: impl Iterator<Item = WwClass>) -> Arc<Self> {
        let object = |class| (class, WwMutex::new(&class, 0));
        Arc::new(Self {
            objects: classes.map(object).collect(),
        })
    }

    /// As long as the hardware works on the commit all of it stays locked; nothing here unlocks it.
    fn commit_each(&self) -> Result<(), WwError> {
        for (class, object) in &self.objects {
            let ctx = AcquireCtx::new(class);
            mem::forget(object.lock(&ctx)?);
            mem::forget(ctx);
        }
        Ok(())
    }

    fn commit(&self) -> Result<(), WwError> {
        let ctx = AcquireCtx::new(&BO);
        let mut locked = Vec::new();
        for (_, object) in &self.objects {
            locked.push(object.lock(&ctx)?);
        }
        ctx.done();
        for object in &mut locked {
            **object += 1;
        }
        Ok(())
    }
}

pub fn bad() {
    let display = Display::with_classes(OWN.iter().map(|name| WwClass::wait_die(name)));
    run("commit", &display, Display::commit_each);
}

pub fn fixed() {
    let display = Display::with_classes(std::iter::repeat_n(BO, 49));
    run("commit", &display, Display::commit);
}
