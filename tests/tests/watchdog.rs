//! A deadlock that really happens ends in a panic that shows who waits for whom, and not in a test that hangs.

use std::any::Any;
use std::sync::{Arc, Barrier};

use fence_lockdep::sync::{Completion, Condvar, Mutex, RwLock, Semaphore};
use fence_lockdep::{LockClass, Session, thread};

const VM: LockClass = LockClass::new("vm");
const RING: LockClass = LockClass::new("ring");

fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map_or("not a report", String::as_str)
}

/// The report of the thread that panicked; exactly one did.
fn report<T>(ends: Vec<std::thread::Result<T>>) -> String {
    let reports: Vec<String> = ends
        .into_iter()
        .filter_map(Result::err)
        .map(|panic| text(&*panic).to_owned())
        .collect();
    let [report] = &reports[..] else {
        panic!("one thread gives up and the others go on, not {reports:?}");
    };
    report.clone()
}

#[test]
fn two_threads_that_hold_what_the_other_wants_are_told_apart() {
    let session = Session::new().closed();
    let report = session.run(|| {
        let locks = Arc::new((Mutex::with_class(VM, ()), Mutex::with_class(RING, ())));
        let both_hold = Arc::new(Barrier::new(2));
        let start = |name: &str, vm_first: bool| {
            let (locks, both_hold) = (Arc::clone(&locks), Arc::clone(&both_hold));
            thread::spawn_named(name, move || {
                let (first, second) = if vm_first {
                    (&locks.0, &locks.1)
                } else {
                    (&locks.1, &locks.0)
                };
                let _first = first.lock();
                both_hold.wait();
                let _second = second.lock();
            })
            .expect("a thread")
        };
        let threads = [start("submit", true), start("reset", false)];
        report(threads.map(thread::JoinHandle::join).into())
    });
    for part in [
        "thread `submit` waits for `ring` at",
        "thread `reset` waits for `vm` at",
        "and holds `vm`, taken at",
        "and holds `ring`, taken at",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    session.expect("lock-order-cycle");
}

#[test]
fn a_thread_that_waits_for_itself_is_told() {
    let session = Session::new().closed();
    let report = session.run(|| {
        let thread = thread::spawn(|| {
            let lock = Mutex::with_class(VM, ());
            let _first = lock.lock();
            let _second = lock.lock();
        });
        report(vec![thread.join()])
    });
    assert!(report.contains("waits for `vm`"), "{report}");
    session.expect("recursive-lock");
}

#[test]
fn a_writer_and_a_reader_can_wait_for_each_other() {
    let session = Session::new().closed();
    let report = session.run(|| {
        let locks = Arc::new((RwLock::with_class(VM, ()), Mutex::with_class(RING, ())));
        let both_hold = Arc::new(Barrier::new(2));
        let reader = {
            let (locks, both_hold) = (Arc::clone(&locks), Arc::clone(&both_hold));
            thread::spawn(move || {
                let _vm = locks.0.read();
                both_hold.wait();
                let _ring = locks.1.lock();
            })
        };
        let writer = thread::spawn(move || {
            let _ring = locks.1.lock();
            both_hold.wait();
            let _vm = locks.0.write();
        });
        report(vec![reader.join(), writer.join()])
    });
    assert!(report.contains("waits for `vm`"), "{report}");
    session.expect("lock-order-cycle");
}

#[test]
fn a_completion_that_nobody_is_left_to_complete_is_told() {
    let session = Session::new().closed();
    let report = session.run(|| {
        let done = Arc::new(Completion::new());
        let never = Arc::clone(&done);
        let waiter = thread::spawn(move || never.wait());
        // The thread that runs the session waits for the waiter: nobody is left.
        report(vec![waiter.join()])
    });
    assert!(report.contains("waits for a completion"), "{report}");
}

#[test]
fn a_condition_whose_last_notifier_has_ended_is_told() {
    let session = Session::new().closed();
    let report = session.run(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let (waits, forgets) = (Arc::clone(&shared), Arc::clone(&shared));
        let waiter = thread::spawn(move || {
            let mut ready = waits.0.lock();
            waits.1.wait_while(&mut ready, |ready| !*ready);
        });
        let notifier = thread::spawn(move || {
            // It should say `true` and notify.
            *forgets.0.lock() = false;
        });
        report(vec![notifier.join(), waiter.join()])
    });
    assert!(
        report.contains("waits for a condition variable"),
        "{report}"
    );
}

#[test]
fn a_wait_that_somebody_may_still_end_is_left_alone() {
    let session = Session::new().closed();
    session.run(|| {
        let (ready, slots) = (Arc::new(Completion::new()), Arc::new(Semaphore::new(0)));
        let waiters: Vec<_> = (0..4)
            .map(|_| {
                let (ready, slots) = (Arc::clone(&ready), Arc::clone(&slots));
                thread::spawn(move || {
                    ready.wait();
                    slots.down();
                })
            })
            .collect();
        ready.complete_all();
        for _ in 0..4 {
            slots.up();
        }
        for waiter in waiters {
            waiter.join().expect("the wait ends");
        }
    });
    session.assert_clean();
}

#[test]
fn threads_that_fight_for_locks_in_one_order_are_left_alone() {
    let session = Session::new().closed();
    session.run(|| {
        let locks = Arc::new((Mutex::new(0), Mutex::new(0)));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let locks = Arc::clone(&locks);
                thread::spawn(move || {
                    for _ in 0..500 {
                        let mut outer = locks.0.lock();
                        *locks.1.lock() += 1;
                        *outer += 1;
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("nobody hangs");
        }
        assert_eq!((*locks.0.lock(), *locks.1.lock()), (2_000, 2_000));
    });
    session.assert_clean();
}

#[test]
fn a_scope_whose_threads_never_end_is_told() {
    let session = Session::new().closed();
    let ended = session.run(|| {
        let never = Completion::new();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            thread::scope(|scope| {
                scope.spawn("waiter", || never.wait());
            });
        }))
    });
    // The waiter gives up, and the scope panics because one of its threads did.
    assert!(ended.is_err());
}

/// What main wants is what the other holds, and the other waits for a reader who is in nobody's way: it only has not run yet.
#[test]
fn a_reader_that_was_let_in_and_has_not_run_yet_is_no_hang() {
    let session = Session::new().closed();
    session.run(|| {
        for _ in 0..50 {
            let locks = Arc::new((RwLock::new(()), Mutex::new(())));
            let held = Arc::new(Barrier::new(2));
            let written = locks.0.write();
            let (theirs, both) = (Arc::clone(&locks), Arc::clone(&held));
            let reader = thread::spawn(move || {
                let _mutex = theirs.1.lock();
                both.wait();
                let _map = theirs.0.read_recursive();
            });
            held.wait();
            drop(written);
            let map = locks.0.read_recursive();
            drop(locks.1.lock());
            drop(map);
            reader.join().expect("nobody hangs");
        }
    });
}

/// A thread that the session does not know may end a wait; it is not said to hang while it may come.
#[test]
fn a_completion_by_a_foreign_thread_is_waited_for() {
    let session = Session::new();
    session.run(|| {
        let done = Arc::new(Completion::new());
        let foreign = Arc::clone(&done);
        let thread = std::thread::spawn(move || foreign.complete());
        done.wait();
        thread.join().expect("it completes");
    });
    session.assert_clean();
}

#[test]
fn a_thread_that_enters_its_session_twice_lives_once() {
    let session = Session::new().closed();
    let ended = session.run(|| {
        let again = session.adopt();
        let ended = std::panic::catch_unwind(|| Completion::new().wait());
        drop(again);
        ended
    });
    assert!(ended.is_err());
}

#[test]
fn a_scope_that_is_left_by_a_panic_does_not_wait_for_ever() {
    let session = Session::new().closed();
    let ended = session.run(|| {
        let never = Completion::new();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            thread::scope(|scope| {
                scope.spawn("waiter", || never.wait());
                panic!("an assertion fails");
            });
        }))
    });
    assert!(ended.is_err());
}

/// Nobody has to look at how a thread ended: the session knows.
#[test]
#[should_panic(expected = "deadlock: these threads wait for each other")]
fn a_hang_that_nobody_looked_at_is_not_clean() {
    let session = Session::new().closed();
    session.run(|| {
        let never = Completion::new();
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| never.wait()));
    });
    session.assert_clean();
}

/// The interrupt comes while the thread is about to wait, and ends the wait.
#[test]
fn an_interrupt_may_notify_the_condition_that_it_interrupts() {
    let session = Session::new().closed();
    session.run(|| {
        let shared = Arc::new((Mutex::new(()), Condvar::new()));
        let handlers = Arc::clone(&shared);
        let mut guard = shared.0.lock();
        fence_lockdep::irq::inject(move || {
            handlers.1.notify_one();
        });
        // The notification is lost, as it came before the wait; the time is what ends it.
        let timeout = std::time::Duration::from_millis(5);
        let waited = shared.1.wait_for(&mut guard, timeout);
        assert!(waited.timed_out());
    });
}
