//! Sets of mutexes that are taken together.

use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fence_lockdep::sync::ww::{AcquireCtx, LockSet, WwError, WwMutex};
use fence_lockdep::{Session, assert_none_held};

use crate::stage::{DIE, clean, mutexes};

#[test]
fn a_set_gives_access_to_all_its_values_and_releases_them() {
    let session = Session::new().closed();
    session.run(|| {
        let number = WwMutex::new(&DIE, 1);
        let text = WwMutex::new(&DIE, String::from("one"));
        let sizes: &WwMutex<[u8]> = &WwMutex::new(&DIE, [1, 2, 3]);
        let result = LockSet::new(&DIE).lock_all(
            |set| {
                set.lock(&number)?;
                assert_eq!(*set.get(&number), 1);
                set.lock(&text)?;
                set.lock(sizes)
            },
            |set| {
                *set.get_mut(&number) = 2;
                set.get_mut(sizes)[0] = 9;
                let text = mem::take(&mut *set.take(&text));
                (text, set.get(sizes).len())
            },
        );
        assert_eq!(result, Ok((String::from("one"), 3)));
        assert!(![number.is_locked(), text.is_locked(), sizes.is_locked()].contains(&true));
        assert_eq!(*number.lock_without_context(), 2);
        assert_none_held();
    });
    session.assert_clean();
}

/// W-6: everything is released, what was refused is waited for, and it starts again.
#[test]
fn a_set_backs_off_and_runs_again_until_it_has_all() {
    clean(
        || mutexes(&DIE),
        &[
            |stage, [a, b]: &[WwMutex<u32>; 2]| {
                let older = AcquireCtx::new(&DIE);
                let mut held = b.lock(&older).expect("b is free");
                *held = 5;
                stage.reach(1);
                // It was refused b and waits for it with nothing held.
                stage.until(|| b.waiters() == 1 && !a.is_locked());
            },
            |stage, [a, b]| {
                stage.wait(1);
                let mut runs = 0;
                let all = LockSet::new(&DIE).lock_all(
                    |set| {
                        runs += 1;
                        set.lock(a)?;
                        set.lock(b)
                    },
                    |set| *set.get(a) + *set.get(b),
                );
                assert_eq!((all, runs), (Ok(5), 2));
            },
        ],
    );
}

/// W-10: the back-off is tried out by refusals that have no reason; it ends because they become rarer.
#[test]
fn a_set_that_is_refused_for_no_reason_comes_through() {
    let session = Session::new().closed();
    let backed_off = session.run(|| {
        let all: [_; 20] = mutexes(&DIE);
        let mut backed_off = 0;
        for seed in 0..20 {
            let mut runs = 0;
            let done = LockSet::new(&DIE).inject_deadlocks(seed).lock_all(
                |set| {
                    runs += 1;
                    all.iter().try_for_each(|mutex| set.lock(mutex))
                },
                |set| all.iter().for_each(|mutex| *set.get_mut(mutex) += 1),
            );
            assert_eq!(done, Ok(()));
            backed_off += runs - 1;
        }
        for mutex in all {
            assert_eq!(mutex.into_inner(), 20);
        }
        backed_off
    });
    // The first refusal comes within four requests, and there are nineteen at which one may come.
    assert!(backed_off >= 20);
    session.assert_clean();
}

#[test]
fn a_refusal_that_the_closure_does_not_pass_on_is_backed_off_from_all_the_same() {
    let session = Session::new().closed();
    session.run(|| {
        let all: [_; 8] = mutexes(&DIE);
        let refused = Cell::new(0);
        let done = LockSet::new(&DIE).inject_deadlocks(0).lock_all(
            |set| {
                for mutex in &all {
                    if set.lock(mutex).is_err() {
                        refused.set(refused.get() + 1);
                    }
                }
                Ok(())
            },
            |set| all.iter().map(|mutex| *set.get(mutex)).sum::<u32>(),
        );
        assert_eq!(done, Ok(0));
        assert!(refused.get() > 0);
    });
    session.assert_clean();
}

/// W-5: a duplicate is an error unless that is ignored.
#[test]
fn a_mutex_asked_for_twice_is_an_error_or_ignored() {
    let session = Session::new().closed();
    session.run(|| {
        let [a] = mutexes(&DIE);
        let twice = |set: LockSet| set.lock_all(|set| set.lock(&a).and(set.lock(&a)), |_| ());
        assert_eq!(twice(LockSet::new(&DIE)), Err(WwError::Already));
        assert!(!a.is_locked());
        assert_eq!(twice(LockSet::new(&DIE).ignore_duplicates()), Ok(()));
        assert!(!a.is_locked());
    });
    session.assert_clean();
}

#[test]
fn what_was_waited_for_and_is_not_asked_for_again_is_not_in_the_set() {
    let session = Session::new().closed();
    session.run(|| {
        let ([a], others) = (mutexes(&DIE), mutexes::<8>(&DIE));
        let mut runs = 0;
        let locked = LockSet::new(&DIE).inject_deadlocks(0).lock_all(
            |set| {
                runs += 1;
                set.lock(&a)?;
                if runs == 1 {
                    others.iter().try_for_each(|mutex| set.lock(mutex))?;
                }
                Ok(())
            },
            |_| (a.is_locked(), others.iter().any(WwMutex::is_locked)),
        );
        assert_eq!((locked, runs), (Ok((true, false)), 2));
        assert!(!a.is_locked());
    });
    session.assert_clean();
}

#[test]
fn a_panic_releases_the_set() {
    let session = Session::new().closed();
    session.run(|| {
        let [a, b] = mutexes(&DIE);
        let panics = |mutex: &WwMutex<u32>| {
            let run = || LockSet::new(&DIE).lock_all(|set| set.lock(&a), |set| *set.get(mutex));
            catch_unwind(AssertUnwindSafe(run)).is_err()
        };
        assert!(!panics(&a));
        assert!(panics(&b), "b is not in the set");
        assert!(!a.is_locked());
        assert_none_held();
    });
    session.assert_clean();
}
