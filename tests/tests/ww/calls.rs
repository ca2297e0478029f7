//! What the single calls do: trying, interrupting, backing off, refusing for no reason.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use fence_lockdep::sync::ww::{AcquireCtx, Interrupter, WwError, WwMutex};
use fence_lockdep::{Session, assert_held, assert_none_held, assert_not_held};

use crate::stage::{DIE, Stage, WOUND, clean, mutexes};

/// W-5: the same mutex with the same context.
#[test]
fn a_mutex_that_the_context_has_is_already_locked() {
    let session = Session::new().closed();
    session.run(|| {
        let [a] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let _a = a.lock(&ctx).expect("a is free");
        assert_eq!(a.lock(&ctx).err(), Some(WwError::Already));
        assert_eq!(ctx.acquired(), 1);
        assert!(a.is_locked_by(&ctx));
    });
    session.assert_clean();
}

/// W-5: trying never waits, with a context or without one.
#[test]
fn trying_takes_what_is_free_and_nothing_else() {
    let session = Session::new().closed();
    session.run(|| {
        let [a, b] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let held = a.try_lock(Some(&ctx)).expect("a is free");
        assert!(a.try_lock(Some(&ctx)).is_none() && a.try_lock(None).is_none());
        let _b = b.lock(&ctx).expect("as if a had been locked");
        assert_eq!(ctx.acquired(), 2);
        drop(held);
        assert!(!a.is_locked());
    });
    session.assert_clean();
}

/// W-5: trying with a context that holds nothing heals its wound.
#[test]
fn trying_with_a_context_that_holds_nothing_makes_it_whole() {
    clean(
        || mutexes(&WOUND),
        &[
            |stage, [a, b, _, _]: &[WwMutex<u32>; 4]| {
                let older = AcquireCtx::new(&WOUND);
                let _b = b.lock(&older).expect("b is free");
                stage.reach(1);
                stage.wait(3);
                let _a = a.lock(&older).expect("it waits");
            },
            |stage, [a, _, c, d]| {
                stage.wait(2);
                let younger = AcquireCtx::new(&WOUND);
                let held = a.lock(&younger).expect("a is free");
                stage.reach(3);
                stage.until(|| a.waiters() == 1);
                drop(held);
                let _d = d.try_lock(Some(&younger)).expect("d is free");
                // Were it still wounded it would be refused.
                let _c = c.lock(&younger).expect("it waits");
            },
            |stage, [_, _, c, _]| {
                stage.wait(1);
                let _c = c.lock_without_context();
                stage.reach(2);
                stage.until(|| c.waiters() == 1);
            },
        ],
    );
}

struct Interruptible {
    mutex: WwMutex<u32>,
    interrupter: Mutex<Option<Interrupter>>,
}

impl Interruptible {
    /// Waits for the next interrupter, and until its context waits; then interrupts it.
    fn interrupt(&self, stage: &Stage) {
        let there = || self.interrupter.lock().is_ok_and(|there| there.is_some());
        stage.until(|| there() && self.mutex.waiters() == 1);
        let interrupter = self
            .interrupter
            .lock()
            .expect("nobody panics with it")
            .take();
        interrupter.expect("only one takes it").interrupt();
    }

    fn is_interrupted(&self, ctx: &AcquireCtx) {
        *self.interrupter.lock().expect("nobody panics with it") = Some(ctx.interrupter());
        let refused = self.mutex.lock_interruptible(ctx).err();
        assert_eq!(refused, Some(WwError::Interrupted));
        assert_eq!(self.mutex.waiters(), 0);
        assert_not_held(&self.mutex);
    }
}

/// W-5: an interruptible wait ends with EINTR, for contexts that hold nothing and for those that may have to back off.
#[test]
fn a_wait_that_is_interrupted_gives_up() {
    clean(
        || Interruptible {
            mutex: WwMutex::new(&DIE, 0),
            interrupter: Mutex::new(None),
        },
        &[
            |stage, shared: &Interruptible| {
                let held = shared.mutex.lock_without_context();
                stage.reach(1);
                shared.interrupt(stage);
                shared.interrupt(stage);
                stage.wait(2);
                drop(held);
                stage.reach(3);
            },
            |stage, shared| {
                stage.wait(1);
                let ctx = AcquireCtx::new(&DIE);
                shared.is_interrupted(&ctx);
                let own = WwMutex::new(&DIE, 0);
                let held = own.lock(&ctx).expect("nobody else knows it");
                shared.is_interrupted(&ctx);
                assert_held(&own);
                drop(held);
                stage.reach(2);
                stage.wait(3);
                // The interrupt was dealt with; nothing is left of it.
                assert!(shared.mutex.lock_slow_interruptible(&ctx).is_ok());
            },
        ],
    );
}

/// W-5: the numbers of Linux on most of its machines (`asm-generic/errno.h`).
#[test]
fn the_errors_are_those_of_linux() {
    let errors = [WwError::Deadlock, WwError::Already, WwError::Interrupted];
    assert_eq!(errors.map(WwError::errno), [35, 114, 4]);
}

/// Asks for free mutexes with a context that holds one until it is refused one of them, which it gives: the first
/// refusal comes within four.
fn refused<'a>(ctx: &AcquireCtx, free: &'a [WwMutex<u32>; 10]) -> &'a WwMutex<u32> {
    ctx.inject_deadlocks(0);
    free.iter()
        .find(|mutex| matches!(mutex.lock(ctx), Err(WwError::Deadlock)))
        .expect("a refusal")
}

/// W-6: what was refused is taken first, and alone, and cannot be refused again.
#[test]
fn after_a_refusal_the_slow_path_takes_that_mutex_and_the_others_follow() {
    let session = Session::new().closed();
    session.run(|| {
        let ([a], others) = (mutexes(&DIE), mutexes(&DIE));
        let ctx = AcquireCtx::new(&DIE);
        let held = a.lock(&ctx).expect("a is free");
        let contended = refused(&ctx, &others);
        assert_held(&a);
        assert_not_held(contended);
        assert!(!contended.is_locked());
        drop(held);
        let slow = contended.lock_slow(&ctx);
        let held = a.lock(&ctx).expect("nobody contends for it");
        assert_eq!(ctx.acquired(), 2);
        drop((slow, held));
        drop(ctx);
        assert_none_held();
    });
    session.assert_clean();
}

/// W-6, W-8: with others held the slow path could deadlock.
#[test]
fn the_slow_path_panics_while_the_context_holds_others() {
    let [a, b] = mutexes(&DIE);
    let ctx = AcquireCtx::new(&DIE);
    let held = a.lock(&ctx).expect("a is free");
    let slow = catch_unwind(AssertUnwindSafe(|| drop(b.lock_slow(&ctx))));
    assert!(slow.is_err() && !b.is_locked());
    drop(held);
    drop(b.lock_slow(&ctx));
}

/// W-6, W-8: neither is another mutex next, nor this one with others still held.
#[test]
#[cfg(debug_assertions)]
fn what_follows_a_refusal_is_asserted() {
    let ([a], others) = (mutexes(&DIE), mutexes(&DIE));
    let ctx = AcquireCtx::new(&DIE);
    let held = a.lock(&ctx).expect("a is free");
    let contended = refused(&ctx, &others);
    let panics =
        |mutex: &WwMutex<u32>| catch_unwind(AssertUnwindSafe(|| drop(mutex.lock(&ctx)))).is_err();
    assert!(panics(contended), "a is still held");
    drop(held);
    assert!(panics(&a), "the other one was refused");
    let tries = catch_unwind(AssertUnwindSafe(|| drop(a.try_lock(Some(&ctx)))));
    assert!(tries.is_err(), "to try it is no different");
    assert!(!panics(contended) && !panics(&a));
}

/// The places, of `count` requests for a free mutex, at which a context of that seed is refused it.
fn refusals(seed: u64, count: usize) -> Vec<usize> {
    let [first, second] = mutexes(&DIE);
    let ctx = AcquireCtx::new(&DIE);
    ctx.inject_deadlocks(seed);
    let mut held = first.lock(&ctx).ok();
    let mut refusals = Vec::new();
    for at in 0..count {
        let refused = second.lock(&ctx).is_err();
        if refused {
            refusals.push(at);
            drop(held.take());
            drop(second.lock_slow(&ctx));
            held = first.lock(&ctx).ok();
        }
        assert!(
            held.is_some(),
            "a context that holds nothing is refused nothing"
        );
    }
    refusals
}

/// W-7, W-10: refusals without contention come at intervals that only the seed decides and that grow; a new context starts
/// them again.
#[test]
fn injected_refusals_follow_from_the_seed_and_become_rarer() {
    let first = refusals(1, 1000);
    assert_eq!(first, refusals(1, 1000), "the same again in a new context");
    assert!((0..10).any(|seed| refusals(seed, 1000) != first));
    let gaps: Vec<usize> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // The interval grows by more than three times, and its random part is less than once the interval.
    assert!(gaps.is_sorted_by(|gap, next| gap < next), "{gaps:?}");
    assert!(gaps.len() >= 3, "{first:?}");
}

/// W-10: only a context that holds something is refused anything.
#[test]
fn a_context_that_holds_nothing_is_never_refused() {
    let [a] = mutexes(&DIE);
    let ctx = AcquireCtx::new(&DIE);
    ctx.inject_deadlocks(7);
    assert!((0..100).all(|_| a.lock(&ctx).is_ok()));
    assert!((0..100).all(|_| a.lock_slow_interruptible(&ctx).is_ok()));
}
