//! Workqueues, timers and kernel threads that really run: what they do, and what the checker sees of it. The findings are
//! those of the patterns of the same story in `tests/patterns`, which the names of the tests point to.

#[path = "work/delays.rs"]
mod delays;
#[path = "work/hangs.rs"]
mod hangs;
#[path = "work/kthreads.rs"]
mod kthreads;
#[path = "work/panics.rs"]
mod panics;
#[path = "work/runs.rs"]
mod runs;
#[path = "work/signalling.rs"]
mod signalling;
#[path = "work/timers.rs"]
mod timers;
#[path = "work/waits.rs"]
mod waits;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fence_lockdep::Session;
use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::workqueue::Work;

/// Longer than any test takes: what is waited for so long never comes by itself.
const NEVER: Duration = Duration::from_secs(3600);
/// A bound for what comes at once, on a machine that is busy.
const SOON: Duration = Duration::from_secs(60);

/// An item that takes the lock.
fn taker(lock: &Arc<Mutex<()>>) -> Work {
    let lock = Arc::clone(lock);
    Work::new(move || drop(lock.lock()))
}

/// An item that counts its runs.
fn counter() -> (Work, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let work = Work::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    (work, runs)
}

/// An item that says when it starts and ends when it is let go. Waits are bounded.
struct Held {
    work: Work,
    started: Arc<Completion>,
    go: Arc<Completion>,
}

impl Held {
    fn new() -> Self {
        let (started, go) = (Arc::new(Completion::new()), Arc::new(Completion::new()));
        let (begins, ends) = (Arc::clone(&started), Arc::clone(&go));
        let work = Work::new(move || {
            begins.complete();
            assert!(ends.wait_timeout(SOON), "nobody let the item go");
        });
        Self { work, started, go }
    }
}

/// What the session panics with, which must be the watchdog.
fn hang(session: &Session, body: impl FnOnce()) -> String {
    let result = catch_unwind(AssertUnwindSafe(|| session.run(body)));
    let payload = result.expect_err("a hang");
    match payload.downcast::<String>() {
        Ok(text) if text.starts_with("deadlock:") => *text,
        Ok(text) => panic!("not the watchdog: {text}"),
        Err(other) => resume_unwind(other),
    }
}

/// Whether it is the panic that tests make.
fn is_on_purpose(result: std::thread::Result<()>) -> bool {
    result.is_err_and(|payload| payload.downcast_ref() == Some(&"on purpose"))
}
