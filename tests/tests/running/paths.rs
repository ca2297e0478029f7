//! The paths of a driver, each on a thread of its own, one after the other: nothing overlaps, so that nothing hangs however
//! wrong the program is. That is all a checker of classes needs.

use std::sync::{Arc, Weak};
use std::time::Duration;

use fence_lockdep::sync::ww::WwError;
use fence_lockdep::thread;

/// A delay that nobody waits for: what is queued with it runs when it is flushed, and not before the path is over that
/// queued it.
pub(crate) const LATER: Duration = Duration::from_secs(3600);

/// The function of a work item or timer that is part of `driver`, which it therefore does not keep alive.
pub(crate) fn of<T: Send + Sync + 'static>(
    driver: &Weak<T>,
    function: impl Fn(&T) + Send + 'static,
) -> impl FnMut() + Send + 'static {
    let driver = Weak::clone(driver);
    move || {
        if let Some(driver) = driver.upgrade() {
            function(&driver);
        }
    }
}

/// How a path ends: nobody contends, so it must not fail.
pub(crate) trait End {
    /// Panics if it failed.
    fn check(self);
}

impl End for () {
    fn check(self) {}
}

impl End for Result<(), WwError> {
    fn check(self) {
        assert_eq!(self, Ok(()));
    }
}

/// Runs `path` to its end on a thread of that name.
#[track_caller]
pub(crate) fn run<T: Send + Sync + 'static, E: End>(
    name: &str,
    driver: &Arc<T>,
    path: impl FnOnce(&T) -> E + Send + 'static,
) {
    let ended = start(name, driver, path).join();
    assert!(ended.is_ok(), "`{name}` panics");
}

/// The same for a path that waits for itself, whatever others do: it is ended by the watchdog.
#[track_caller]
pub(crate) fn run_into_itself<T: Send + Sync + 'static>(
    name: &str,
    driver: &Arc<T>,
    path: impl FnOnce(&T) + Send + 'static,
) {
    let ended = start(name, driver, path).join();
    let told = ended.expect_err("a path that cannot end");
    let told = told.downcast_ref::<String>().map_or("", String::as_str);
    assert!(told.starts_with("deadlock:"), "`{name}` panics: {told}");
}

#[track_caller]
fn start<T: Send + Sync + 'static, E: End>(
    name: &str,
    driver: &Arc<T>,
    path: impl FnOnce(&T) -> E + Send + 'static,
) -> thread::JoinHandle<()> {
    let driver = Arc::clone(driver);
    thread::spawn_named(name, move || path(&driver).check()).expect("a thread")
}
