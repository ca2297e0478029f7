//! Timers: their context, their deletion, and when they run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use fence_lockdep::irq::BhDisabled;
use fence_lockdep::sync::{Completion, SpinLock};
use fence_lockdep::timer::Timer;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{Session, might_sleep, thread};

use crate::{NEVER, is_on_purpose};

#[test]
fn a_spinlock_of_a_timer_is_taken_with_bottom_halves_off() {
    let story = |bottom_halves_off: bool| {
        let vblank = Arc::new(SpinLock::new(0));
        let frames = Arc::clone(&vblank);
        let frame = Timer::new(move || *frames.lock() += 1);
        let off = bottom_halves_off.then(BhDisabled::new);
        *vblank.lock() = 0;
        drop(off);
        frame.arm(NEVER);
        assert!(frame.fire());
        let off = BhDisabled::new();
        assert_eq!(*vblank.lock(), 1);
        drop(off);
    };
    let bad = Session::new().closed();
    bad.run(|| story(false));
    bad.expect("inconsistent-irq-state");
    let good = Session::new().closed();
    good.run(|| story(true));
    good.assert_clean();
}

#[test]
fn a_timer_deleted_under_its_functions_lock_is_a_cycle() {
    let story = |under_lock: bool| {
        let hang = Arc::new(SpinLock::new(()));
        let taken = Arc::clone(&hang);
        let check = Timer::new(move || drop(taken.lock()));
        check.arm(NEVER);
        check.fire();
        let off = BhDisabled::new();
        let held = hang.lock();
        if under_lock {
            check.delete_sync();
        } else {
            check.delete();
        }
        drop(held);
        drop(off);
        check.delete_sync();
    };
    let bad = Session::new().closed();
    bad.run(|| story(true));
    bad.expect("lock-order-cycle");
    let good = Session::new().closed();
    good.run(|| story(false));
    good.assert_clean();
}

#[test]
fn a_timers_function_must_not_sleep_but_may_queue_what_does() {
    let bad = Session::new().closed();
    bad.run(|| {
        let poll = Timer::new(might_sleep);
        poll.arm(NEVER);
        poll.fire();
        might_sleep(); // the softirq is over
    });
    bad.expect("sleep-in-atomic");
    let good = Session::new().closed();
    good.run(|| {
        let queue = Arc::new(Workqueue::builder("system").build());
        let slept = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&slept);
        let sleeps = Work::new(move || {
            might_sleep();
            over.store(true, Ordering::SeqCst);
        });
        let (to, item) = (Arc::clone(&queue), sleeps.clone());
        let poll = Timer::new(move || {
            to.queue(&item);
        });
        poll.arm(NEVER);
        poll.fire();
        sleeps.flush();
        assert!(slept.load(Ordering::SeqCst));
    });
    good.assert_clean();
}

#[test]
fn a_timer_runs_when_its_time_has_come_and_only_if_it_is_armed() {
    let session = Session::new().closed();
    session.run(|| {
        let ran = Arc::new(Completion::new());
        let completes = Arc::clone(&ran);
        let timer = Timer::new(move || completes.complete());
        assert!(!timer.fire(), "it is not armed");
        assert!(!timer.arm(NEVER));
        assert!(timer.arm(NEVER), "it was armed");
        assert!(timer.delete());
        assert!(!timer.delete());
        assert!(!timer.fire());
        assert!(!ran.try_wait());
        timer.arm(NEVER);
        timer.arm(Duration::from_millis(1));
        ran.wait();
        timer.delete_sync();
        assert!(!ran.try_wait(), "once");
    });
    session.assert_clean();
}

#[test]
fn a_timer_may_arm_itself_and_is_deleted_all_the_same() {
    let session = Session::new().closed();
    session.run(|| {
        let runs = Arc::new(AtomicU32::new(0));
        let timer = Arc::new_cyclic(|me: &std::sync::Weak<Timer>| {
            let (me, runs) = (me.clone(), Arc::clone(&runs));
            Timer::new(move || {
                runs.fetch_add(1, Ordering::SeqCst);
                if let Some(me) = me.upgrade() {
                    me.arm(Duration::from_millis(1));
                }
            })
        });
        timer.arm(NEVER);
        assert!(timer.fire());
        timer.delete_sync();
        let until_then = runs.load(Ordering::SeqCst);
        assert!(!timer.fire(), "it is not armed");
        assert_eq!(runs.load(Ordering::SeqCst), until_then);
    });
    session.assert_clean();
}

#[test]
fn deleting_a_timer_waits_for_its_function() {
    let session = Session::new().closed();
    session.run(|| {
        let (started, go) = (Arc::new(Completion::new()), Arc::new(Completion::new()));
        let over = Arc::new(AtomicBool::new(false));
        let timer = Arc::new(Timer::new({
            let (started, go, over) = (Arc::clone(&started), Arc::clone(&go), Arc::clone(&over));
            move || {
                started.complete();
                while !go.try_wait() {
                    std::hint::spin_loop();
                }
                over.store(true, Ordering::SeqCst);
            }
        }));
        timer.arm(Duration::from_millis(1));
        started.wait();
        assert!(!timer.fire(), "it runs elsewhere");
        let other = thread::spawn({
            let (timer, over) = (Arc::clone(&timer), Arc::clone(&over));
            move || {
                timer.delete_sync();
                over.load(Ordering::SeqCst)
            }
        });
        go.complete();
        assert!(other.join().expect("no panic"), "the function was over");
    });
    session.assert_clean();
}

#[test]
fn a_panic_in_a_timer_goes_on_where_it_is_deleted() {
    let session = Session::new().closed();
    session.run(|| {
        let ran = Arc::new(Completion::new());
        let completes = Arc::clone(&ran);
        let timer = Timer::new(move || {
            completes.complete();
            panic!("on purpose");
        });
        timer.arm(Duration::from_millis(1));
        ran.wait();
        let deleted = catch_unwind(AssertUnwindSafe(|| {
            timer.delete_sync();
        }));
        assert!(is_on_purpose(deleted));
        timer.arm(NEVER);
        let fired = catch_unwind(AssertUnwindSafe(|| {
            timer.fire();
        }));
        assert!(is_on_purpose(fired));
    });
    session.assert_clean();
}
