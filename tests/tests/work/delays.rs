//! Items that are queued after a delay.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fence_lockdep::Session;
use fence_lockdep::sync::Completion;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::{NEVER, counter};

#[test]
fn a_delayed_item_runs_when_it_is_flushed_and_not_before() {
    let queue = Workqueue::builder("system").build();
    let (work, runs) = counter();
    assert!(queue.queue_after(&work, NEVER));
    assert!(!queue.queue(&work), "it is pending");
    queue.flush();
    assert_eq!(
        runs.load(Ordering::SeqCst),
        0,
        "a queue's flush waits for no delay"
    );
    assert!(work.flush(), "its delay ran");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn a_delayed_item_can_be_cancelled() {
    let queue = Workqueue::builder("system").build();
    let (work, runs) = counter();
    queue.queue_after(&work, NEVER);
    assert!(work.cancel_sync());
    assert!(!work.flush());
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[test]
fn a_delay_can_be_changed() {
    let queue = Workqueue::builder("system").build();
    let (work, runs) = counter();
    assert!(!queue.mod_delayed(&work, NEVER), "it was not pending");
    assert!(queue.mod_delayed(&work, Duration::ZERO), "it was");
    queue.flush();
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn a_delay_ends_by_itself_and_who_waits_for_that_is_not_taken_for_hanging() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").build();
        let over = Arc::new(Completion::new());
        let completes = Arc::clone(&over);
        let work = Work::new(move || completes.complete());
        queue.queue_after(&work, Duration::from_millis(120));
        over.wait(); // longer than the watchdog looks twice
    });
    session.assert_clean();
}
