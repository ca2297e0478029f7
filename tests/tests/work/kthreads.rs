//! Threads that run until they are stopped.

use std::panic::resume_unwind;
use std::sync::Arc;

use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::{LockClass, Session, kthread};

use crate::{hang, is_on_purpose};

#[test]
fn a_kthread_runs_until_it_is_stopped() {
    let session = Session::new().closed();
    session.run(|| {
        let started = Arc::new(Completion::new());
        let begins = Arc::clone(&started);
        let retire = kthread::spawn("retire", move |me| {
            assert!(!me.should_stop());
            begins.complete();
            while !me.should_stop() {
                std::thread::yield_now();
            }
            7
        })
        .expect("a thread");
        started.wait();
        assert_eq!(retire.stop().expect("no panic"), 7);
        let bad = kthread::spawn("bad", |_| panic!("on purpose")).expect("a thread");
        assert!(is_on_purpose(bad.stop()));
    });
    session.assert_clean();
}

#[test]
fn a_kthread_stopped_under_a_lock_that_it_needs_is_told_instead_of_hanging() {
    let session = Session::new().closed();
    let text = hang(&session, || {
        let ring = Arc::new(Mutex::with_class(LockClass::new("ring"), ()));
        let needs = Arc::clone(&ring);
        let held = ring.lock();
        let retire = kthread::spawn("retire", move |_| drop(needs.lock())).expect("a thread");
        if let Err(payload) = retire.stop() {
            drop(held);
            resume_unwind(payload);
        }
    });
    assert!(text.contains("holds `ring`"), "{text}");
}
