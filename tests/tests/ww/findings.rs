//! What the checker sees of ww mutexes, each as the pattern of the corpus that does the same.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fence_lockdep::signalling::Section;
use fence_lockdep::sync::ww::{AcquireCtx, WwClass, WwMutex};
use fence_lockdep::sync::{Mutex, RwLock};
use fence_lockdep::{LockClass, Session, irq};

use crate::stage::{DIE, mutexes, play};

const RESV: WwClass = WwClass::wait_die("resv");

/// Runs it in a session that must find this rule, and no other.
#[track_caller]
fn finds(rule: &str, what: impl FnOnce()) {
    let session = Session::new().closed();
    session.run(what);
    session.expect(rule);
}

/// W-9: mutexes of one class nest under their context, in whatever order.
#[test]
fn with_a_context_any_order_is_clean() {
    let session = Session::new().closed();
    session.run(|| {
        let [a, b, c] = mutexes(&DIE);
        for [first, second, third] in [[&a, &b, &c], [&c, &b, &a]] {
            let ctx = AcquireCtx::new(&DIE);
            let _first = first.lock(&ctx).expect("nobody contends for it");
            let _second = second.lock(&ctx).expect("nobody contends for it");
            let _third = third.try_lock(Some(&ctx)).expect("it is free");
            ctx.done();
        }
    });
    session.assert_clean();
}

/// W-9: more of them than a held stack has room for.
#[test]
fn with_a_context_any_number_is_clean() {
    let session = Session::new().closed();
    session.run(|| {
        let many: [_; 100] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let mut held: Vec<_> = many
            .iter()
            .map(|mutex| mutex.lock(&ctx).expect("nobody contends for it"))
            .collect();
        // Not in the order in which they were taken.
        while !held.is_empty() {
            drop(held.swap_remove(held.len() / 2));
        }
        drop(held);
        drop(ctx);
        fence_lockdep::assert_none_held();
    });
    session.assert_clean();
}

/// W-9: two without a context are a recursion.
#[test]
fn two_mutexes_without_a_context_are_a_recursion() {
    finds("recursive-lock", || {
        let [a, b] = mutexes(&DIE);
        let _a = a.lock_without_context();
        let _b = b.lock_without_context();
    });
}

/// W-9: so are two contexts.
#[test]
fn two_contexts_at_a_time_are_a_recursion() {
    finds("recursive-lock", || {
        let _outer = AcquireCtx::new(&DIE);
        let _inner = AcquireCtx::new(&DIE);
    });
}

/// W-7, W-8: lock after done.
#[test]
fn a_mutex_taken_after_done_is_misuse() {
    finds("ww-misuse", || {
        let [a, b] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let _a = a.lock(&ctx).expect("a is free");
        ctx.done();
        let _b = b.lock(&ctx).expect("b is free");
    });
}

/// W-8: done twice.
#[test]
fn a_second_done_is_misuse() {
    finds("ww-misuse", || {
        let ctx = AcquireCtx::new(&DIE);
        ctx.done();
        ctx.done();
    });
}

/// W-7, W-8: fini with a mutex still held. A guard borrows its context, so that one has to be lost for it.
#[test]
fn a_context_that_ends_before_its_mutex_is_misuse() {
    let session = Session::new().closed();
    session.run(|| {
        let [a] = Box::leak(Box::new(mutexes(&DIE)));
        let ctx = AcquireCtx::new(&DIE);
        mem::forget(a.lock(&ctx).expect("a is free"));
    });
    let findings = session.findings();
    assert_eq!(findings[0].rule.name, "ww-misuse");
    let line = findings[0].place.line;
    assert!(
        findings[0].place.file.ends_with("findings.rs") && line > 100,
        "where the context began"
    );
}

/// W-8: the class of the context is not that of the mutex.
#[test]
fn a_context_of_another_class_is_misuse() {
    finds("ww-misuse", || {
        let plane = WwMutex::new(&WwClass::wait_die("plane"), ());
        let ctx = AcquireCtx::new(&DIE);
        let _plane = plane.lock(&ctx).expect("it is free");
    });
}

#[test]
fn two_classes_of_one_name_that_differ_are_refused_in_debug_builds() {
    let twin = WwClass::wound_wait(DIE.name());
    let mutex = WwMutex::new(&twin, ());
    let ctx = AcquireCtx::new(&DIE);
    let locks = catch_unwind(AssertUnwindSafe(|| drop(mutex.lock(&ctx))));
    assert_eq!(locks.is_err(), cfg!(debug_assertions));
}

/// Whoever asks for a mutex may sleep, also if he has it already.
#[test]
fn a_mutex_is_not_locked_in_atomic_context() {
    finds("sleep-in-atomic", || {
        let [a] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let _a = a.lock(&ctx).expect("a is free");
        let _off = irq::PreemptDisabled::new();
        assert!(a.lock(&ctx).is_err());
    });
    let session = Session::new().closed();
    session.run(|| {
        let [a] = mutexes(&DIE);
        let ctx = AcquireCtx::new(&DIE);
        let _off = irq::PreemptDisabled::new();
        assert!(a.try_lock(Some(&ctx)).is_some());
    });
    session.assert_clean();
}

/// A class called `resv` is the reservation lock of the built-in contract: inside the mmap lock, and not in a section.
#[test]
fn reservations_are_the_locks_of_the_contract() {
    let mmap = || RwLock::with_class(LockClass::new("mmap"), ());
    finds("lock-order-cycle", || {
        let (mmap, resv) = (mmap(), WwMutex::new(&RESV, ()));
        let _resv = resv.lock_without_context();
        let _mmap = mmap.read();
    });
    finds("lock-order-cycle", || {
        let mmap = mmap();
        let _ctx = AcquireCtx::new(&RESV);
        let _mmap = mmap.read();
    });
    finds("resv-lock-in-signalling", || {
        let resv = WwMutex::new(&RESV, ());
        let _section = Section::begin();
        let ctx = AcquireCtx::new(&RESV);
        let _resv = resv.lock(&ctx);
    });
}

/// Other locks see the class as any other.
#[test]
fn an_order_with_an_ordinary_lock_is_checked() {
    finds("lock-order-cycle", || {
        let (device, [a]) = (Mutex::new(()), mutexes(&DIE));
        {
            let _device = device.lock();
            let ctx = AcquireCtx::new(&DIE);
            let _a = a.lock(&ctx).expect("a is free");
        }
        let _a = a.lock_without_context();
        let _device = device.lock();
    });
}

/// Locks report to the session they were made in, and so does a context that takes them, whatever its thread.
#[test]
fn a_thread_outside_the_session_may_take_its_mutexes() {
    let session = Session::new().closed();
    session.run(|| {
        let (all, static_like) = (mutexes::<2>(&DIE), WwMutex::const_new(&DIE, 0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let ctx = AcquireCtx::new(&DIE);
                for _ in 0..2 {
                    let _first = all[0].lock(&ctx).expect("nobody contends for it");
                    let _second = all[1].lock(&ctx).expect("nobody contends for it");
                    let _third = static_like.lock(&ctx).expect("nobody contends for it");
                }
                ctx.done();
                drop(ctx);
                fence_lockdep::assert_none_held();
            });
        });
    });
    session.assert_clean();
}

/// A wait that only the holder can end is watched: here the holder waits for a lock of the waiting thread.
#[test]
fn a_wait_that_never_ends_is_told() {
    let session = Session::new().closed();
    let results = session.run(|| {
        play(
            (Mutex::new(()), WwMutex::new(&DIE, ())),
            &[
                |stage, (device, buffer)| {
                    let _device = device.lock();
                    stage.reach(1);
                    stage.wait(2);
                    let ctx = AcquireCtx::new(&DIE);
                    let _buffer = buffer.lock(&ctx);
                },
                |stage, (device, buffer)| {
                    stage.wait(1);
                    let ctx = AcquireCtx::new(&DIE);
                    let _buffer = buffer.lock(&ctx).expect("it is free");
                    stage.reach(2);
                    let _device = device.lock();
                },
            ],
        )
    });
    let told: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    let [told] = &told[..] else {
        panic!("one of the two threads is told, and then the other goes on");
    };
    let text = told.downcast_ref::<String>().expect("a report");
    assert!(
        text.starts_with("deadlock:") && text.contains("`bo`"),
        "{text}"
    );
    session.expect("lock-order-cycle");
}
