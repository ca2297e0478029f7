//! Items that panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use fence_lockdep::Session;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::{counter, is_on_purpose};

fn panicking() -> Work {
    Work::new(|| panic!("on purpose"))
}

#[test]
fn a_panic_goes_on_in_the_first_flush_of_the_item_and_the_queue_goes_on_too() {
    let queue = Workqueue::builder("ord").ordered().build();
    let bad = panicking();
    let (work, runs) = counter();
    queue.queue(&bad);
    queue.queue(&work);
    work.flush();
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let flushed = catch_unwind(AssertUnwindSafe(|| {
        bad.flush();
    }));
    assert!(is_on_purpose(flushed));
    bad.flush(); // told already
    queue.flush();
}

#[test]
fn a_panic_goes_on_in_a_flush_of_the_queue() {
    let queue = Workqueue::builder("par").build();
    queue.queue(&panicking());
    let flushed = catch_unwind(AssertUnwindSafe(|| queue.flush()));
    assert!(is_on_purpose(flushed));
}

#[test]
fn a_panic_that_nobody_was_told_goes_on_at_the_end_of_the_queue() {
    let queue = Workqueue::builder("par").build();
    queue.queue(&panicking());
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(queue)));
    assert!(is_on_purpose(dropped));
}

#[test]
fn an_item_that_panics_leaves_no_lock_and_no_section() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("sched").mem_reclaim().build();
        let lock = Arc::new(Mutex::new(()));
        let held = Arc::clone(&lock);
        let bad = Work::signalling(move || {
            let _held = held.lock();
            panic!("on purpose");
        });
        queue.queue(&bad);
        let flushed = catch_unwind(AssertUnwindSafe(|| {
            bad.flush();
        }));
        assert!(is_on_purpose(flushed));
        assert!(!lock.is_locked());
    });
    session.assert_clean();
}
