//! Sessions beside and after each other: what belongs to which, and what is left of one that is over.

use std::sync::LazyLock;

use fence_lockdep::sync::Mutex;
use fence_lockdep::{Session, assert_none_held};

static LOCK: Mutex<()> = Mutex::const_new(());

/// The two halves of a deadlock on these locks.
fn both_orders(locks: &(Mutex<()>, Mutex<()>)) {
    {
        let _first = locks.0.lock();
        let _second = locks.1.lock();
    }
    let _second = locks.1.lock();
    let _first = locks.0.lock();
}

#[test]
fn a_guard_that_leaves_its_session_is_released_where_it_was_taken() {
    let session = Session::new();
    let guard = session.run(|| LOCK.lock());
    drop(guard);
    session.run(assert_none_held);
    session.assert_clean();
    let guard = LOCK.lock();
    let other = Session::new();
    other.run(move || drop(guard));
    assert_none_held();
    other.assert_clean();
}

#[test]
fn adoptions_end_in_any_order() {
    let (one, other) = (Session::new(), Session::new());
    let (first, second) = (one.adopt(), other.adopt());
    drop(first);
    both_orders(&(Mutex::new(()), Mutex::new(())));
    drop(second);
    one.assert_clean();
    other.expect("lock-order-cycle");
}

/// Locks that are made once in the process are made in some session; when that is over they are of whoever uses them.
#[test]
fn locks_of_a_session_that_is_over_belong_to_who_uses_them() {
    static SHARED: LazyLock<(Mutex<()>, Mutex<()>)> =
        LazyLock::new(|| (Mutex::new(()), Mutex::new(())));
    let first = Session::new();
    first.run(|| drop(SHARED.0.lock()));
    first.assert_clean();
    let second = Session::new();
    second.run(|| both_orders(&SHARED));
    second.expect("lock-order-cycle");
    drop(first);
    let third = Session::new();
    third.run(|| both_orders(&SHARED));
    third.expect("lock-order-cycle");
}
