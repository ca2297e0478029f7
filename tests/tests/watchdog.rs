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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
    let session = Session::new();
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
