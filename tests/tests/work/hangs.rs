//! Waits that would really never end are told, and others are not taken for such.

use std::sync::{Arc, OnceLock};

use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, Session};

use crate::{counter, hang, taker};

#[test]
fn an_item_that_flushes_itself_is_told_instead_of_hanging() {
    let session = Session::new().closed();
    let text = hang(&session, || {
        let queue = Workqueue::builder("system").build();
        let me = Arc::new(OnceLock::<Work>::new());
        let myself = Arc::clone(&me);
        let work = Work::new(move || {
            if let Some(me) = myself.get() {
                me.flush();
            }
        });
        me.set(work.clone()).expect("set once");
        queue.queue(&work);
        work.flush();
    });
    assert!(text.contains("thread `kworker/system` waits for"), "{text}");
    // The item is what the thread already holds.
    session.expect("recursive-lock");
}

#[test]
fn an_item_that_waits_for_one_behind_it_on_an_ordered_queue_is_told_instead_of_hanging() {
    let session = Session::new().closed();
    hang(&session, || {
        let queue = Arc::new(Workqueue::builder("ord").ordered().build());
        let (second, _) = counter();
        let same = Arc::downgrade(&queue);
        let first = Work::new(move || {
            if let Some(queue) = same.upgrade() {
                queue.queue(&second);
            }
            second.flush();
        });
        queue.queue(&first);
        first.flush();
    });
    session.expect("recursive-lock");
}

#[test]
fn a_flush_that_really_hangs_is_told_with_what_each_side_holds() {
    let session = Session::new().closed();
    let text = hang(&session, || {
        let queue = Workqueue::builder("system").build();
        let mode = Arc::new(Mutex::with_class(LockClass::new("mode"), ()));
        let hotplug = taker(&mode);
        let _mode = mode.lock();
        queue.queue(&hotplug);
        hotplug.flush();
    });
    assert!(text.contains("holds `mode`"), "{text}");
    assert!(text.contains("waits for `mode`"), "{text}");
    session.expect("lock-order-cycle");
}

#[test]
fn an_idle_worker_is_nobody_to_wait_for() {
    let session = Session::new().closed();
    let text = hang(&session, || {
        let queue = Workqueue::builder("idle").build();
        let (work, _) = counter();
        queue.queue(&work);
        work.flush();
        Completion::new().wait();
    });
    assert!(!text.contains("kworker/idle"), "{text}");
}

#[test]
fn an_item_that_is_pending_or_runs_is_somebody_to_wait_for() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("ord").ordered().build();
        for _ in 0..200 {
            let done = Arc::new(Completion::new());
            let completes = Arc::clone(&done);
            let (before, _) = counter();
            queue.queue(&before);
            queue.queue(&Work::with_class(LockClass::new("completes"), move || {
                completes.complete();
            }));
            done.wait();
        }
    });
    // One item waits for nothing and the other completes: there is no order to break.
    session.assert_clean();
}
