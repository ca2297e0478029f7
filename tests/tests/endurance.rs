//! The runtime after a long time: threads that come and go, locks by the million, destructors, forks and panics leave nothing
//! behind, find nothing that is not there, and stop nobody.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as PlainMutex, MutexGuard};

use fence_lockdep::sync::{Condvar, Mutex, RwLock, SpinLock};
use fence_lockdep::{LockClass, Session, assert_none_held, thread};

/// The system's allocator, counting the bytes that are out.
struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the trait's contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size().cast_signed(), Ordering::Relaxed);
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`, which is the one of the call it becomes.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size().cast_signed(), Ordering::Relaxed);
        // SAFETY: the pointer came from `alloc` above, hence from the system's allocator, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The tests of this file count what the whole process does, so they take turns.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: PlainMutex<()> = PlainMutex::new(());
    TURN.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// How many bytes more are out after `work` than before it.
fn bytes_left(work: impl FnOnce()) -> isize {
    let before = BYTES.load(Ordering::Relaxed);
    work();
    BYTES.load(Ordering::Relaxed) - before
}

const OUTER: LockClass = LockClass::new("outer");
const INNER: LockClass = LockClass::new("inner");

#[test]
fn ten_thousand_threads_leave_little_behind_and_find_nothing() {
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let locks = Arc::new((Mutex::with_class(OUTER, 0), RwLock::with_class(INNER, 0)));
        let run = |threads: usize| {
            for _ in 0..threads / 8 {
                let started: Vec<_> = (0..8)
                    .map(|_| {
                        let locks = Arc::clone(&locks);
                        thread::spawn(move || {
                            let mut outer = locks.0.lock();
                            let inner = locks.1.read();
                            *outer += 1 + *inner;
                        })
                    })
                    .collect();
                for thread in started {
                    thread.join().expect("the thread does nothing that panics");
                }
            }
        };
        run(80);
        let left = bytes_left(|| run(10_000));
        // The one thing kept is the number of each task's name, four bytes in a vector that doubles; a held stack
        // alone would be three thousand.
        assert!(left < 10_000 * 16, "{left} bytes for 10,000 threads");
        assert_eq!(*locks.0.lock(), 10_080);
    });
    session.assert_clean();
}

#[test]
fn a_million_locks_leave_nothing_behind() {
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let use_locks = |count: usize| {
            for _ in 0..count {
                let (outer, inner) = (Mutex::new(()), SpinLock::new(()));
                let _outer = outer.lock();
                let _inner = inner.lock();
            }
        };
        use_locks(10);
        let left = bytes_left(|| use_locks(500_000));
        // The threads of the test harness come and go meanwhile; a leak of a byte a lock would be a million.
        assert!(left < 100_000, "{left} bytes for 1,000,000 locks");
    });
    session.assert_clean();
}

#[test]
fn sessions_leave_nothing_behind_judged_or_not() {
    let _alone = alone();
    let run = |count: usize| {
        for _ in 0..count {
            let session = Session::new();
            session.run(|| {
                let (outer, inner) = (Mutex::new(()), Mutex::new(()));
                let _outer = outer.lock();
                let _inner = inner.lock();
            });
        }
    };
    run(10);
    let left = bytes_left(|| run(1_000));
    // The number of a session that left one word behind would be eight thousand; an engine is ten thousand each.
    assert!(left < 100_000, "{left} bytes for 1,000 sessions");
}

#[test]
fn locks_work_in_destructors_of_thread_local_values() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    static LOCKS: (Mutex<u32>, Mutex<u32>) = (
        Mutex::const_with_class(OUTER, 0),
        Mutex::const_with_class(INNER, 0),
    );

    struct TakesLocks;

    impl Drop for TakesLocks {
        fn drop(&mut self) {
            let mut outer = LOCKS.0.lock();
            *outer += 1;
            *LOCKS.1.lock() += 1;
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    thread_local! {
        static EARLY: RefCell<Option<TakesLocks>> = const { RefCell::new(None) };
        static LATE: RefCell<Option<TakesLocks>> = const { RefCell::new(None) };
    }

    let _alone = alone();
    let run = |threads: usize| {
        for _ in 0..threads {
            let thread = std::thread::spawn(|| {
                // One destructor is registered before the checker's own and one after, so that one of them runs when
                // the checker has already left the thread, whatever the order.
                EARLY.with(|value| *value.borrow_mut() = Some(TakesLocks));
                drop(LOCKS.0.lock());
                LATE.with(|value| *value.borrow_mut() = Some(TakesLocks));
            });
            thread.join().expect("the thread does nothing that panics");
        }
    };
    run(10);
    let left = bytes_left(|| run(1_000));
    assert_eq!(DROPPED.load(Ordering::Relaxed), 2 * 1_010);
    assert!(left < 1_000 * 64, "{left} bytes for 1,000 threads");
}

#[test]
fn a_panic_releases_what_it_held_and_the_checker_knows() {
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let (outer, inner) = (Mutex::new(1), RwLock::new(2));
        for _ in 0..100 {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let _outer = outer.lock();
                let _inner = inner.write();
                std::panic::resume_unwind(Box::new("on purpose"));
            }));
            assert!(result.is_err());
            assert_none_held();
        }
        // Not poisoned.
        assert_eq!(*outer.lock() + *inner.read(), 3);
    });
    session.assert_clean();
}

#[test]
fn a_wait_on_a_condition_holds_nothing_meanwhile() {
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for turn in (1..100).step_by(2) {
                let mut count = other.0.lock();
                other.1.wait_while(&mut count, |count| *count != turn);
                *count += 1;
                other.1.notify_one();
            }
        });
        for turn in (0..100).step_by(2) {
            let mut count = shared.0.lock();
            shared.1.wait_while(&mut count, |count| *count != turn);
            *count += 1;
            shared.1.notify_one();
        }
        thread.join().expect("the thread does nothing that panics");
        assert_eq!(*shared.0.lock(), 100);
        assert_none_held();
    });
    session.assert_clean();
}

#[test]
fn a_known_order_allocates_nothing() {
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let (outer, inner) = (Mutex::new(()), RwLock::new(()));
        let round = || {
            let _outer = outer.lock();
            let _inner = inner.read();
        };
        round();
        let before = ALLOCATIONS.with(Cell::get);
        for _ in 0..1_000 {
            round();
        }
        assert_eq!(ALLOCATIONS.with(Cell::get), before);
    });
    session.assert_clean();
}

/// The child of a fork has the thread that forked and no other: what it knew of its locks stays true.
#[cfg(unix)]
#[test]
fn a_fork_goes_on_in_the_child() {
    unsafe extern "C" {
        fn fork() -> i32;
        fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
        fn _exit(status: i32) -> !;
    }

    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        let (outer, inner) = (Mutex::new(1), Mutex::new(2));
        let held = outer.lock();
        drop(inner.lock());
        // SAFETY: the child touches only what this thread owns, and leaves with `_exit`.
        let child = unsafe { fork() };
        assert!(child >= 0);
        if child == 0 {
            let sum = *held + *inner.lock();
            let fresh = Mutex::new(sum);
            let right = *fresh.lock() == 3;
            // SAFETY: ends the child without the destructors of the parent's.
            unsafe { _exit(if right { 7 } else { 8 }) };
        }
        let mut status = 0;
        // SAFETY: `status` is there to be written to.
        let waited = unsafe { waitpid(child, &raw mut status, 0) };
        assert_eq!((waited, status >> 8 & 0xff), (child, 7));
    });
    session.assert_clean();
}

/// A thread that never heard of a session reports to that whose lock it takes.
#[test]
fn a_foreign_thread_reports_to_the_session_of_the_lock() {
    let _alone = alone();
    let session = Session::new();
    let (outer, inner) = session.run(|| (Mutex::new(()), Mutex::new(())));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _outer = outer.lock();
            let _inner = inner.lock();
        });
    });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _inner = inner.lock();
            let _outer = outer.lock();
        });
    });
    session.expect("lock-order-cycle");
}

/// Two sessions at once with the same classes in opposite orders: each is clean by itself.
#[test]
fn sessions_do_not_see_each_other() {
    static SHARED: (Mutex<()>, Mutex<()>) = (Mutex::const_new(()), Mutex::const_new(()));
    let _alone = alone();
    let (one, other) = (Session::new(), Session::new());
    one.run(|| {
        let _first = SHARED.0.lock();
        let _second = SHARED.1.lock();
    });
    other.run(|| {
        let _second = SHARED.1.lock();
        let _first = SHARED.0.lock();
    });
    one.assert_clean();
    other.assert_clean();
}

/// A static lock in a session is the session's: both orders in one are a finding there.
#[test]
fn a_static_lock_belongs_to_the_session_that_uses_it() {
    static SHARED: (Mutex<()>, Mutex<()>) = (Mutex::const_new(()), Mutex::const_new(()));
    let _alone = alone();
    let session = Session::new();
    session.run(|| {
        {
            let _first = SHARED.0.lock();
            let _second = SHARED.1.lock();
        }
        let _second = SHARED.1.lock();
        let _first = SHARED.0.lock();
    });
    session.expect("lock-order-cycle");
}
