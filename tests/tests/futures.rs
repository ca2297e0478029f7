//! Futures that leave their thread: what they hold across an await is a finding, and goes with them.
#![allow(clippy::await_holding_lock, reason = "what the tests are about")]

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use fence_lockdep::engine::Gfp;
use fence_lockdep::reclaim::might_alloc;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::{LockClass, Session, assert_held, assert_none_held, future, thread};

const RING: LockClass = LockClass::new("ring");
const VM: LockClass = LockClass::new("vm");

/// Pending once.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_guard_across_an_await_is_a_finding_and_is_held_again_afterwards() {
    let session = Session::new();
    session.run(|| {
        let (ring, vm) = (Mutex::with_class(RING, ()), Mutex::with_class(VM, ()));
        let mut job = Box::pin(future::checked(async {
            let _ring = ring.lock();
            yield_now().await;
            assert_held(&ring);
            let _vm = vm.lock();
        }));
        assert!(poll(&mut job).is_pending());
        assert_none_held();
        assert!(poll(&mut job).is_ready());
        assert_none_held();
        // The order `ring`, `vm` was learnt although an await lay between.
        drop(job);
        let _vm = vm.lock();
        let _ring = ring.lock();
    });
    let rules: Vec<&str> = session
        .findings()
        .iter()
        .map(|finding| finding.rule.name)
        .collect();
    assert_eq!(rules, ["lock-held-at-exit", "lock-order-cycle"]);
}

#[test]
fn a_section_across_an_await_is_a_finding() {
    let session = Session::new();
    session.run(|| {
        let mut job = Box::pin(future::checked(async {
            let _section = Section::begin();
            yield_now().await;
        }));
        assert!(poll(&mut job).is_pending());
        // Nobody is in the section meanwhile.
        might_alloc(Gfp::Kernel);
        assert!(poll(&mut job).is_ready());
    });
    session.expect("section-not-closed");
}

#[test]
fn what_lies_below_a_poll_is_no_matter_of_the_future() {
    let session = Session::new();
    session.run(|| {
        let (ring, vm) = (Mutex::with_class(RING, ()), Mutex::with_class(VM, ()));
        let mut job = Box::pin(future::checked(async {
            drop(vm.lock());
            yield_now().await;
            drop(vm.lock());
        }));
        let held = ring.lock();
        assert!(poll(&mut job).is_pending());
        assert_held(&ring);
        drop(held);
        assert!(poll(&mut job).is_ready());
    });
    session.assert_clean();
}

/// A guard that may be sent, as of an executor's own lock: the future is polled on one thread and finished on another.
#[test]
fn a_future_takes_what_it_holds_along_to_another_thread() {
    struct Anywhere<F>(F);
    // SAFETY: the test gives its future to one thread after the other, never to two at once, and joins the second.
    unsafe impl<F> Send for Anywhere<F> {}

    let session = Session::new();
    session.run(|| {
        let ring: &'static Mutex<()> = Box::leak(Box::new(Mutex::with_class(RING, ())));
        let mut job = Box::pin(future::checked(async {
            std::mem::forget(ring.lock());
            yield_now().await;
            assert_held(ring);
            // SAFETY: locked above, and the guard forgotten.
            unsafe { ring.force_unlock() };
        }));
        assert!(poll(&mut job).is_pending());
        assert_none_held();
        let mut job = Anywhere(job);
        let other = thread::spawn_named("other", move || {
            let Anywhere(job) = { &mut job };
            assert!(poll(job).is_ready());
            assert_none_held();
        });
        other
            .expect("a thread")
            .join()
            .expect("it finds the lock held, and releases it");
    });
    session.expect("lock-held-at-exit");
}
