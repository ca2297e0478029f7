//! What code says about itself: that it may sleep here, that a lock is held.

use std::panic::Location;

use fence_engine::{ClassKind, ClassSpec, Event, How, Mode};

use crate::LockClass;
use crate::check;
use crate::sync::CheckedLock;

/// This place may sleep. In atomic context or with interrupts off that is a finding.
#[track_caller]
pub fn might_sleep() {
    check::event(Location::caller(), |asked, task, site| {
        asked.engine.feed(task, Event::MightSleep, site);
    });
}

/// This place may wait for a fence, whether or not it does today: a finding in atomic context, in a signalling section and
/// under a lock that somebody needs in order to signal.
#[track_caller]
#[doc(alias = "dma_fence_might_wait")]
pub fn might_wait() {
    check::event(Location::caller(), |asked, task, site| {
        asked.engine.feed(task, Event::WaitForAnyFence, site);
    });
}

/// This place may take the lock, whether or not it does today: checked as if it took and released it.
#[track_caller]
pub fn might_lock(lock: &impl CheckedLock) {
    check::fed(
        lock.identity(),
        Location::caller(),
        |asked, task, lock, site| {
            let how = How::new(Mode::Exclusive);
            asked.engine.feed(task, Event::acquire(lock, how), site);
            asked.engine.feed(task, Event::Release { lock }, site);
        },
    );
}

/// The calling thread holds the lock.
///
/// # Panics
/// If it does not, and the checker is compiled in.
#[track_caller]
#[doc(alias = "lockdep_assert_held")]
pub fn assert_held(lock: &impl CheckedLock) {
    let held = check::is_held(lock.identity());
    assert!(
        held != Some(false),
        "`{}` is not held here",
        check::name(lock.identity())
    );
}

/// The calling thread does not hold the lock.
///
/// # Panics
/// If it does, and the checker is compiled in.
#[track_caller]
#[doc(alias = "lockdep_assert_not_held")]
pub fn assert_not_held(lock: &impl CheckedLock) {
    let held = check::is_held(lock.identity());
    assert!(
        held != Some(true),
        "`{}` is held here",
        check::name(lock.identity())
    );
}

/// The calling thread holds nothing: no lock, no section.
///
/// # Panics
/// If it does, and the checker is compiled in, with what and where it was taken.
#[track_caller]
#[doc(alias = "lockdep_assert_none_held_once")]
pub fn assert_none_held() {
    let held = check::held();
    assert!(held.is_empty(), "still held here: {}", held.join(", "));
}

/// Locks of these classes are taken in this order, outermost first: the first that is taken the other way round is a
/// finding, before anything has taken them in the right one.
///
/// ```
/// use fence_lockdep::{LockClass, Session, declare_order, sync::Mutex};
/// const DEVICE: LockClass = LockClass::new("device");
/// const QUEUE: LockClass = LockClass::new("queue");
/// let session = Session::new();
/// session.run(|| {
///     declare_order(&[DEVICE, QUEUE]);
///     let (device, queue) = (Mutex::with_class(DEVICE, ()), Mutex::with_class(QUEUE, ()));
///     let _queue = queue.lock();
///     let _device = device.lock();
/// });
/// session.expect("lock-order-cycle");
/// ```
#[track_caller]
pub fn declare_order(classes: &[LockClass]) {
    check::event(Location::caller(), |asked, _, site| {
        let mut outer = None;
        for class in classes {
            let spec = ClassSpec::new(class.name(), ClassKind::Lock);
            let inner = asked.engine.declare(&spec);
            if let Some(outer) = outer.replace(inner) {
                asked.engine.declare_order(outer, inner, site);
            }
        }
    });
}
