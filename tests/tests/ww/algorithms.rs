//! Who waits and who backs off, in Wait-Die and in Wound-Wait.
//!
//! In each script the older context is the one that began first; a thread waits for a mutex once `waiters()` counts it.

use std::sync::Mutex;

use fence_lockdep::sync::ww::{AcquireCtx, WwError, WwMutex};

use crate::stage::{DIE, WOUND, clean, mutexes};

/// W-1: stamps only grow, so that lower is older.
#[test]
fn a_context_that_begins_later_is_younger() {
    let stamps: Vec<u64> = (0..3).map(|_| AcquireCtx::new(&DIE).stamp()).collect();
    assert!(stamps.is_sorted_by(|older, younger| older < younger));
    let here = AcquireCtx::new(&DIE).stamp();
    let there = std::thread::spawn(|| AcquireCtx::new(&DIE).stamp());
    assert!(here < there.join().expect("the stamp of another thread"));
}

/// W-2: the younger one finds the owner older.
#[test]
fn in_wait_die_a_younger_holder_dies_where_an_older_context_owns() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a, _]: &[WwMutex<u32>; 2]| {
                let ctx = AcquireCtx::new(&DIE);
                let _a = a.lock(&ctx).expect("a is free");
                stage.reach(1);
                stage.wait(2);
            },
            |stage, [a, b]| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&DIE);
                let _b = b.lock(&ctx).expect("b is free");
                assert_eq!(a.lock(&ctx).err(), Some(WwError::Deadlock));
                assert_eq!(a.waiters(), 0);
                stage.reach(2);
            },
        ],
    );
}

/// W-2: with nothing acquired it just waits.
#[test]
fn in_wait_die_whoever_holds_nothing_waits_for_an_older_context() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a]: &[WwMutex<u32>; 1]| {
                let ctx = AcquireCtx::new(&DIE);
                let mut held = a.lock(&ctx).expect("a is free");
                stage.reach(1);
                stage.until(|| a.waiters() == 1);
                *held = 1;
            },
            |stage, [a]| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&DIE);
                assert_eq!(*a.lock(&ctx).expect("it waits"), 1);
            },
        ],
    );
}

/// W-2: AB/BA. The older one waits for the younger owner, which dies on its own request.
#[test]
fn in_wait_die_of_two_that_want_each_others_lock_the_younger_dies() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a, b]: &[WwMutex<u32>; 2]| {
                let ctx = AcquireCtx::new(&DIE);
                let _b = b.lock(&ctx).expect("b is free");
                stage.reach(1);
                stage.wait(2);
                let _a = a.lock(&ctx).expect("the older one waits");
            },
            |stage, [a, b]| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&DIE);
                let held = a.lock(&ctx).expect("a is free");
                stage.reach(2);
                stage.until(|| a.waiters() == 1);
                assert_eq!(b.lock(&ctx).err(), Some(WwError::Deadlock));
                drop(held);
                let _b = b.lock_slow(&ctx);
                let _a = a.lock(&ctx).expect("the older one is done");
            },
        ],
    );
}

/// W-2: a younger waiter that holds something dies when an older one is queued before it.
#[test]
fn in_wait_die_a_waiting_holder_dies_when_an_older_waiter_comes() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a, _]: &[WwMutex<u32>; 2]| {
                let oldest = AcquireCtx::new(&DIE);
                stage.reach(1);
                stage.wait(4);
                let _a = a.lock(&oldest).expect("it holds nothing");
            },
            |stage, [a, b]| {
                stage.wait(1);
                let middle = AcquireCtx::new(&DIE);
                let _b = b.lock(&middle).expect("b is free");
                stage.reach(2);
                stage.wait(3);
                // The owner is younger: it waits, until the oldest comes.
                assert_eq!(a.lock(&middle).err(), Some(WwError::Deadlock));
                stage.reach(5);
            },
            |stage, [a, _]| {
                stage.wait(2);
                let youngest = AcquireCtx::new(&DIE);
                let _a = a.lock(&youngest).expect("a is free");
                stage.reach(3);
                stage.until(|| a.waiters() == 1);
                stage.reach(4);
                stage.wait(5);
                stage.until(|| a.waiters() == 1);
            },
        ],
    );
}

/// W-2: nor does it queue behind an older waiter.
#[test]
fn in_wait_die_a_holder_dies_where_an_older_context_waits() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a, _]: &[WwMutex<u32>; 2]| {
                let oldest = AcquireCtx::new(&DIE);
                stage.reach(1);
                stage.wait(3);
                let _a = a.lock(&oldest).expect("it holds nothing");
            },
            |stage, [a, b]| {
                stage.wait(1);
                let middle = AcquireCtx::new(&DIE);
                let _b = b.lock(&middle).expect("b is free");
                stage.reach(2);
                stage.wait(4);
                assert_eq!(a.lock(&middle).err(), Some(WwError::Deadlock));
                stage.reach(5);
            },
            |stage, [a, _]| {
                stage.wait(2);
                let youngest = AcquireCtx::new(&DIE);
                let _a = a.lock(&youngest).expect("a is free");
                stage.reach(3);
                stage.until(|| a.waiters() == 1);
                stage.reach(4);
                stage.wait(5);
            },
        ],
    );
}

/// W-3: AB/BA. The older one wounds the owner, which finds out when it would have to wait, and not before.
#[test]
fn in_wound_wait_the_wounded_backs_off_at_its_next_contended_lock() {
    clean(
        || mutexes(&WOUND),
        &[
            |stage, [a, b, _]: &[WwMutex<u32>; 3]| {
                let ctx = AcquireCtx::new(&WOUND);
                let _b = b.lock(&ctx).expect("b is free");
                stage.reach(1);
                stage.wait(2);
                let _a = a.lock(&ctx).expect("the older one waits");
            },
            |stage, [a, b, c]| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&WOUND);
                let held = a.lock(&ctx).expect("a is free");
                stage.reach(2);
                stage.until(|| a.waiters() == 1);
                let free = c.lock(&ctx).expect("nobody contends for c");
                assert_eq!(b.lock(&ctx).err(), Some(WwError::Deadlock));
                drop((held, free));
                let _b = b.lock_slow(&ctx);
                let _a = a.lock(&ctx).expect("the older one is done");
            },
        ],
    );
}

/// W-3: a younger one waits for an older owner, whatever it holds, as long as nobody wounds it.
#[test]
fn in_wound_wait_a_younger_holder_waits_for_an_older_owner() {
    clean(
        || mutexes(&WOUND),
        &[
            |stage, [a, _]: &[WwMutex<u32>; 2]| {
                let ctx = AcquireCtx::new(&WOUND);
                let _a = a.lock(&ctx).expect("a is free");
                stage.reach(1);
                stage.until(|| a.waiters() == 1);
            },
            |stage, [a, b]| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&WOUND);
                let _b = b.lock(&ctx).expect("b is free");
                let _a = a.lock(&ctx).expect("it waits");
            },
        ],
    );
}

/// W-3: who is wounded while it waits backs off at once, wherever it waits.
#[test]
fn in_wound_wait_the_wounded_leaves_the_queue_in_which_it_waits() {
    clean(
        || mutexes(&WOUND),
        &[
            |stage, [a, b, _]: &[WwMutex<u32>; 3]| {
                let older = AcquireCtx::new(&WOUND);
                let _b = b.lock(&older).expect("b is free");
                stage.reach(1);
                stage.wait(3);
                let _a = a.lock(&older).expect("the wounded makes room");
            },
            |stage, [a, _, c]| {
                stage.wait(2);
                let younger = AcquireCtx::new(&WOUND);
                let _a = a.lock(&younger).expect("a is free");
                assert_eq!(c.lock(&younger).err(), Some(WwError::Deadlock));
                assert_eq!(c.waiters(), 0);
                stage.reach(4);
            },
            |stage, [_, _, c]| {
                stage.wait(1);
                let _c = c.lock_without_context();
                stage.reach(2);
                stage.until(|| c.waiters() == 1);
                stage.reach(3);
                stage.wait(4);
            },
        ],
    );
}

/// W-3: whoever holds nothing has nothing that the owner could wait for, and does not wound it.
#[test]
fn in_wound_wait_an_older_context_that_holds_nothing_wounds_nobody() {
    clean(
        || mutexes(&WOUND),
        &[
            |stage, [a, _]: &[WwMutex<u32>; 2]| {
                let older = AcquireCtx::new(&WOUND);
                stage.reach(1);
                stage.wait(3);
                let _a = a.lock(&older).expect("it waits");
            },
            |stage, [a, c]| {
                stage.wait(2);
                let younger = AcquireCtx::new(&WOUND);
                let _a = a.lock(&younger).expect("a is free");
                stage.reach(3);
                stage.until(|| a.waiters() == 1);
                let _c = c.lock(&younger).expect("it is not wounded, and waits");
            },
            |stage, [_, c]| {
                stage.wait(1);
                let _c = c.lock_without_context();
                stage.reach(2);
                stage.until(|| c.waiters() == 1);
            },
        ],
    );
}

struct Turns {
    mutex: WwMutex<u32>,
    taken: Mutex<Vec<&'static str>>,
}

impl Turns {
    fn took(&self, who: &'static str) {
        self.taken.lock().expect("nobody panics with it").push(who);
    }
}

/// W-4: contexts go by age, those without one keep the place they came to.
#[test]
fn waiters_go_by_age_and_those_without_a_context_stay_where_they_are() {
    clean(
        || Turns {
            mutex: WwMutex::new(&DIE, 0),
            taken: Mutex::default(),
        },
        &[
            |stage, turns: &Turns| {
                stage.wait(3);
                let held = turns.mutex.lock_without_context();
                stage.reach(4);
                // One after the other comes and waits: A, 3, 1, B, 2.
                for waiting in 1..=5 {
                    stage.until(|| turns.mutex.waiters() == waiting);
                    stage.reach(4 + waiting);
                }
                drop(held);
                stage.until(|| turns.taken.lock().is_ok_and(|taken| taken.len() == 5));
                // 1 goes before 3 but not before A; 2 goes between 1 and 3, and so before B.
                let taken = turns.taken.lock().expect("nobody panics with it");
                assert_eq!(*taken, ["A", "1", "2", "3", "B"]);
            },
            |stage, turns| {
                let ctx = AcquireCtx::new(&DIE);
                stage.reach(1);
                stage.wait(6);
                let _held = turns.mutex.lock(&ctx);
                turns.took("1");
            },
            |stage, turns| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&DIE);
                stage.reach(2);
                stage.wait(8);
                let _held = turns.mutex.lock(&ctx);
                turns.took("2");
            },
            |stage, turns| {
                stage.wait(2);
                let ctx = AcquireCtx::new(&DIE);
                stage.reach(3);
                stage.wait(5);
                let _held = turns.mutex.lock(&ctx);
                turns.took("3");
            },
            |stage, turns| {
                stage.wait(4);
                let _held = turns.mutex.lock_without_context();
                turns.took("A");
            },
            |stage, turns| {
                stage.wait(7);
                let _held = turns.mutex.lock_without_context();
                turns.took("B");
            },
        ],
    );
}
