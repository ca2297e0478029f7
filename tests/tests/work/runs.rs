//! When items run, in what order, how many at once, and when not at all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, Session, thread};

use crate::{Held, NEVER, SOON, counter};

#[test]
fn an_item_that_is_pending_is_not_queued_again_and_runs_once() {
    let queue = Workqueue::builder("system").ordered().build();
    let first = Held::new();
    queue.queue(&first.work);
    let (work, runs) = counter();
    assert!(queue.queue(&work));
    assert!(!queue.queue(&work));
    first.go.complete();
    queue.flush();
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert!(queue.queue(&work), "it has run");
    queue.flush();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[test]
fn an_item_queued_while_it_runs_runs_again_and_never_beside_itself() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").max_active(4).build();
        let (started, go) = (Arc::new(Completion::new()), Arc::new(Completion::new()));
        let (inside, runs) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU32::new(0)),
        );
        let work = Work::new({
            let (started, go, runs) = (Arc::clone(&started), Arc::clone(&go), Arc::clone(&runs));
            move || {
                assert!(!inside.swap(true, Ordering::SeqCst), "twice at once");
                started.complete();
                assert!(go.wait_timeout(SOON));
                inside.store(false, Ordering::SeqCst);
                runs.fetch_add(1, Ordering::SeqCst);
            }
        });
        let (other, other_runs) = counter();
        assert!(queue.queue(&work));
        started.wait();
        assert!(queue.queue(&work), "it runs, and is not pending");
        assert!(!queue.queue(&work), "now it is");
        queue.queue(&other);
        other.flush(); // is not held up by the one before it, which cannot start
        assert_eq!(other_runs.load(Ordering::SeqCst), 1);
        go.complete_all();
        work.flush();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    });
    session.assert_clean();
}

#[test]
fn an_item_on_two_queues_never_runs_beside_itself() {
    let session = Session::new().closed();
    session.run(|| {
        let (one, two) = (
            Workqueue::builder("one").build(),
            Workqueue::builder("two").build(),
        );
        let held = Held::new();
        one.queue(&held.work);
        held.started.wait();
        assert!(two.queue(&held.work));
        // Another item of the second queue shows that its workers have come and left it alone.
        let (other, _) = counter();
        two.queue(&other);
        other.flush();
        assert!(!held.started.try_wait(), "a second run has not started");
        held.go.complete_all();
        held.work.flush();
        assert!(held.started.try_wait(), "and now it has");
    });
}

#[test]
fn an_ordered_queue_runs_one_at_a_time_in_order() {
    let queue = Workqueue::builder("ord").ordered().max_active(8).build();
    let order = Arc::new(Mutex::new(Vec::new()));
    let inside = Arc::new(AtomicBool::new(false));
    for number in 0..50 {
        let (order, inside) = (Arc::clone(&order), Arc::clone(&inside));
        queue.queue(&Work::with_class(LockClass::new("step"), move || {
            assert!(!inside.swap(true, Ordering::SeqCst), "two at once");
            order.lock().push(number);
            inside.store(false, Ordering::SeqCst);
        }));
    }
    queue.flush();
    assert_eq!(*order.lock(), (0..50).collect::<Vec<_>>());
}

#[test]
fn as_many_items_run_at_once_as_the_queue_allows_and_no_more() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("pair").max_active(2).build();
        let held = [Held::new(), Held::new(), Held::new()];
        for item in &held {
            queue.queue(&item.work);
        }
        held[0].started.wait();
        held[1].started.wait();
        assert!(!held[2].started.try_wait());
        held[1].go.complete();
        held[2].started.wait();
        held[0].go.complete();
        held[2].go.complete();
        queue.flush();
    });
    session.assert_clean();
}

#[test]
fn a_cancelled_item_does_not_run() {
    let queue = Workqueue::builder("system").ordered().build();
    let first = Held::new();
    queue.queue(&first.work);
    first.started.wait();
    let (work, runs) = counter();
    queue.queue(&work);
    assert!(work.cancel());
    assert!(!work.cancel());
    queue.queue(&work);
    assert!(work.cancel_sync());
    assert!(!work.flush(), "nothing to wait for");
    first.go.complete();
    queue.flush();
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[test]
fn a_synchronous_cancel_waits_and_an_item_cannot_queue_itself_again_meanwhile() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Arc::new(Workqueue::builder("system").build());
        let me = Arc::new(OnceLock::<Work>::new());
        let (started, go) = (Arc::new(Completion::new()), Arc::new(Completion::new()));
        let runs = Arc::new(AtomicU32::new(0));
        let work = Work::new({
            let (me, queue) = (Arc::clone(&me), Arc::downgrade(&queue));
            let (started, go, runs) = (Arc::clone(&started), Arc::clone(&go), Arc::clone(&runs));
            move || {
                runs.fetch_add(1, Ordering::SeqCst);
                started.complete();
                assert!(go.wait_timeout(SOON));
                // Until it is cancelled it goes on for ever.
                if let (Some(queue), Some(me)) = (queue.upgrade(), me.get()) {
                    queue.queue(me);
                }
            }
        });
        me.set(work.clone()).expect("set once");
        queue.queue(&work);
        for _ in 0..3 {
            started.wait();
            go.complete();
        }
        started.wait();
        let canceller = thread::spawn({
            let work = work.clone();
            move || work.cancel_sync()
        });
        // The canceller waits for the run that waits for this, or comes when it is pending again: then it takes it off.
        go.complete_all();
        canceller.join().expect("no panic");
        let until_then = runs.load(Ordering::SeqCst);
        queue.flush();
        assert_eq!(runs.load(Ordering::SeqCst), until_then);
        assert!(!work.cancel(), "it is not pending");
    });
    session.assert_clean();
}

#[test]
fn a_dropped_queue_runs_what_is_pending() {
    let queue = Workqueue::builder("ord").ordered().build();
    let first = Held::new();
    queue.queue(&first.work);
    let (work, runs) = counter();
    queue.queue(&work);
    let (late, late_runs) = counter();
    queue.queue_after(&late, NEVER);
    first.go.complete();
    drop(queue);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert!(late.cancel(), "its delay runs on, to no effect");
    assert_eq!(late_runs.load(Ordering::SeqCst), 0);
}

#[test]
fn a_queue_dropped_in_a_panic_does_not_wait() {
    let first = Held::new();
    let (work, runs) = counter();
    let panics = catch_unwind(AssertUnwindSafe(|| {
        let queue = Workqueue::builder("ord").ordered().build();
        queue.queue(&first.work);
        first.started.wait();
        queue.queue(&work);
        panic!("on purpose");
    }));
    panics.expect_err("the panic");
    assert!(!work.flush(), "it is pending no more");
    first.go.complete();
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}
