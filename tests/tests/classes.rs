//! Which locks are one class: those of one place or one name, and none that a derive or a caller only seems to make at one.

use std::sync::Arc;

use fence_lockdep::sync::{Checked, Mutex, RwLock, SpinLock};
use fence_lockdep::{LockClass, Session};

#[derive(Default)]
struct Derived {
    ring: Mutex<u32>,
    stats: Mutex<u32>,
    map: RwLock<u32>,
}

impl Derived {
    fn submit(&self) {
        let mut ring = self.ring.lock();
        *ring += *self.map.read();
        *self.stats.lock() += 1;
    }

    fn reset(&self) {
        let mut stats = self.stats.lock();
        *stats = 0;
        *self.ring.lock() = 0;
    }
}

#[test]
fn the_fields_of_a_derived_default_are_locks_of_their_own() {
    let session = Session::new();
    session.run(|| {
        for _ in 0..10 {
            Derived::default().submit();
        }
    });
    session.assert_clean();
}

#[test]
fn a_cycle_between_the_fields_of_a_derived_default_is_found() {
    let session = Session::new();
    session.run(|| {
        let driver = Derived::default();
        driver.submit();
        driver.reset();
    });
    session.expect("lock-order-cycle");
}

/// The limit of classes for one place is 1,000; the orders here are opposite and each in an object of its own, which no
/// two locks share.
#[test]
fn more_defaults_than_are_compared_are_no_finding() {
    let session = Session::new();
    session.run(|| {
        let all: Vec<Derived> = (0..1_100).map(|_| Derived::default()).collect();
        for driver in &all {
            driver.submit();
        }
        for pair in all.windows(2) {
            let _first = pair[0].ring.lock();
            let _second = pair[1].ring.lock();
        }
    });
    session.assert_clean();
}

struct Device {
    doorbell: SpinLock<u32>,
    ring: Mutex<u32>,
}

impl Device {
    fn new() -> Self {
        Self {
            doorbell: SpinLock::new(0),
            ring: Mutex::new(0),
        }
    }

    #[track_caller]
    fn of_caller() -> Self {
        Self {
            doorbell: SpinLock::new(0),
            ring: Mutex::new(0),
        }
    }

    fn kick(&self) {
        let ring = self.ring.lock();
        *self.doorbell.lock() = *ring;
    }
}

#[test]
fn locks_of_two_sorts_made_for_one_caller_are_two_classes() {
    let session = Session::new();
    session.run(|| Device::of_caller().kick());
    session.assert_clean();
}

/// One path runs on one device, the other on another: what is learnt is of the class.
#[test]
fn fields_made_by_one_constructor_are_one_class_in_all_objects() {
    let session = Session::new();
    session.run(|| {
        let [one, other] = [Arc::new(Device::new()), Arc::new(Device::new())];
        let outer = Mutex::with_class(LockClass::new("outer"), ());
        {
            let _outer = outer.lock();
            let _ring = one.ring.lock();
        }
        let _ring = other.ring.lock();
        let _outer = outer.lock();
    });
    session.expect("lock-order-cycle");
}

/// `map` calls `Mutex::new` from the standard library: the place says nothing of who made the lock.
#[test]
fn locks_that_a_library_made_for_somebody_are_no_one_class() {
    let session = Session::new();
    session.run(|| {
        let rings: Vec<Mutex<u32>> = (0..2).map(Mutex::new).collect();
        let names: Vec<Mutex<String>> = (0..2).map(|_| String::new()).map(Mutex::new).collect();
        let _ring = rings[0].lock();
        let _name = names[0].lock();
    });
    session.assert_clean();
}

/// `lock_api::Mutex::new` takes its raw lock from a constant, which is made at one place for all.
#[test]
fn locks_made_of_the_raw_constant_are_no_one_class() {
    type Raw = Checked<parking_lot::RawMutex>;
    let session = Session::new();
    session.run(|| {
        let outer = lock_api::Mutex::<Raw, _>::new(1);
        let inner = lock_api::Mutex::<Raw, _>::new(2);
        let _outer = outer.lock();
        let _inner = inner.lock();
    });
    session.assert_clean();
}
