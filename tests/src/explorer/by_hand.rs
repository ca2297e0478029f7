//! Programs decided with pencil and paper, with the reasons.
//!
//! Unless said otherwise: two copies, environment writers, fences published beforehand.

use super::follow::follow;
use super::{Cause, Options, Program, Publication, Run, Verdict, Writer, explore};

const DEFAULT: Options = Options {
    copies: 2,
    environment_writers: true,
    publication: Publication::Beforehand,
    max_states: 4_000_000,
};
const SINGLE: Options = Options {
    copies: 1,
    ..DEFAULT
};
const NO_WRITERS: Options = Options {
    environment_writers: false,
    ..DEFAULT
};
const AT_SECTION: Options = Options {
    publication: Publication::AtSection,
    ..DEFAULT
};

fn verdict(text: &str, options: &Options) -> (Program, Verdict) {
    let program: Program = text.parse().expect("readable");
    let verdict = explore(&program, options).expect("explored");
    (program, verdict)
}

/// Whether it hangs; a trace must hold up when it is followed step by step.
#[track_caller]
fn hangs(text: &str, options: &Options) -> bool {
    let (program, verdict) = verdict(text, options);
    if let Some(trace) = &verdict.deadlock {
        follow(&program, trace, options);
    }
    verdict.deadlock.is_some()
}

#[test]
fn two_locks_in_opposite_orders_hang() {
    // t0 takes A, t1 takes B, each wants the other's.
    let (program, verdict) = verdict("wA wB -B -A | wB wA -A -B", &SINGLE);
    let trace = verdict.deadlock.expect("ABBA");
    let told = "t0.0 wA\nt1.0 wB\nt0.0 wB blocked: B is held by t1.0\nt1.0 wA blocked: A is held by t0.0\n";
    assert_eq!(trace.describe(&program), told);
}

#[test]
fn two_locks_in_the_same_order_do_not_hang() {
    assert!(!hangs("wA wB -B -A | wA wB -B -A", &DEFAULT));
}

#[test]
fn opposite_orders_one_after_the_other_do_not_hang() {
    // Nobody holds one lock while wanting the other.
    assert!(!hangs("wA -A wB -B | wB -B wA -A", &DEFAULT));
}

#[test]
fn a_single_thread_hangs_on_its_own_copy() {
    // One copy takes A then B, the other has come to its second half and takes B then A. Alone it does not hang.
    let text = "wA wB -B -A wB wA -A -B";
    assert!(hangs(text, &DEFAULT));
    assert!(!hangs(text, &SINGLE));
}

#[test]
fn recursive_readers_in_opposite_orders_do_not_hang() {
    // A recursive reader waits for writers that have the lock, and nobody writes for long.
    assert!(!hangs("RA RB -B -A | RB RA -A -B", &DEFAULT));
    // The oracle's ABBA/wRwR row is reported: both second locks are held exclusively by the other.
    assert!(hangs("wA RB -B -A | wB RA -A -B", &DEFAULT));
    // One side shares both of its locks: t1 holds B for reading, t0 gets it too.
    assert!(!hangs("wA RB -B -A | RB RA -A -B", &DEFAULT));
}

#[test]
fn plain_readers_in_opposite_orders_hang_only_if_writers_exist() {
    // Both first reads are granted; then a writer queues on each lock and both second reads wait behind it.
    let text = "rA rB -B -A | rB rA -A -B";
    assert!(hangs(text, &DEFAULT));
    assert!(!hangs(text, &NO_WRITERS));
}

#[test]
fn a_writer_of_the_program_can_queue_between_two_reads() {
    // t2 queues on A while t1 reads it: t0, holding B, waits behind t2; t1 wants B. In t3's absence nothing is exclusive but the queue.
    let text = "wB rA -A -B | rA wB -B -A | wA -A";
    let (_, verdict) = verdict(
        text,
        &Options {
            copies: 1,
            ..NO_WRITERS
        },
    );
    let trace = verdict.deadlock.expect("a queue");
    let behind = trace
        .blocked
        .iter()
        .find_map(|blocked| match &blocked.cause {
            Cause::Lock { behind, .. } => *behind,
            Cause::Fence { .. } => None,
        });
    assert_eq!(behind, Some(Writer::Program(Run { thread: 2, copy: 0 })));
    assert!(
        !hangs("wB rA -A -B | rA wB -B -A", &NO_WRITERS),
        "nobody writes A"
    );
    assert!(
        !hangs("wB RA -A -B | rA wB -B -A | wA -A", &NO_WRITERS),
        "a recursive reader overtakes"
    );
}

#[test]
fn reading_twice_hangs_if_a_writer_can_come_between() {
    assert!(hangs("rA rA -A -A", &DEFAULT));
    assert!(!hangs("rA rA -A -A", &NO_WRITERS));
    assert!(hangs("rA rA -A -A | wA -A", &NO_WRITERS));
    // The order of the two reads matters: the second one queues, or overtakes.
    assert!(hangs("RA rA -A -A", &DEFAULT));
    assert!(!hangs("rA RA -A -A", &DEFAULT));
    assert!(!hangs("RA RA -A -A", &DEFAULT));
}

#[test]
fn taking_again_what_is_held_hangs_unless_by_trylock() {
    for second in ["wA", "rA", "RA"] {
        assert!(
            hangs(&format!("wA {second} -A -A"), &SINGLE),
            "{second} under an exclusive hold"
        );
    }
    for first in ["wA", "rA", "RA"] {
        assert!(
            hangs(&format!("{first} wA -A -A"), &SINGLE),
            "exclusive over {first}"
        );
        assert!(
            !hangs(&format!("{first} w?A -A -A"), &DEFAULT),
            "a trylock fails and gives up"
        );
    }
    let (_, verdict) = verdict("wA wA -A -A", &SINGLE);
    let blocked = verdict.deadlock.expect("recursion").blocked;
    let me = Run { thread: 0, copy: 0 };
    assert_eq!(
        blocked[0].cause,
        Cause::Lock {
            lock: super::LockId(0),
            holders: vec![me],
            behind: None
        }
    );
}

#[test]
fn a_gate_around_both_orders_saves() {
    // Whoever is between the two locks has C, so nobody else is.
    assert!(!hangs("wC wA wB -B -A -C | wC wB wA -A -B -C", &DEFAULT));
    // A trylock as gate is as good: who fails does not go in.
    assert!(!hangs("w?C wA wB -B -A -C | w?C wB wA -A -B -C", &DEFAULT));
}

#[test]
fn a_gate_on_one_side_or_shared_or_taken_inside_does_not_save() {
    assert!(
        hangs("wC wA wB -B -A -C | wB wA -A -B", &DEFAULT),
        "t1 knows no gate"
    );
    assert!(
        hangs("RC wA wB -B -A -C | RC wB wA -A -B -C", &DEFAULT),
        "both read the gate"
    );
    // t0 has A and wants C, t1 has the gate and wants A.
    assert!(hangs("wA wC wB -B -C -A | wC wB wA -A -B -C", &DEFAULT));
    // t0 has A and C; t1 has B, wants C; t0 wants B.
    assert!(hangs("wA wC wB -B -C -A | wB wC wA -A -C -B", &DEFAULT));
    // The gate is let go before the second lock.
    assert!(hangs("wC wA -C wB -B -A | wC wB -C wA -A -B", &DEFAULT));
}

#[test]
fn a_trylock_as_second_lock_saves_as_first_it_does_not() {
    // As the oracle's ABBA-try rows: found only if neither second acquisition is a try.
    assert!(!hangs("wA w?B -B -A | wB wA -A -B", &DEFAULT));
    assert!(!hangs("wA w?B -B -A | wB w?A -A -B", &DEFAULT));
    assert!(hangs("w?A wB -B -A | w?B wA -A -B", &DEFAULT));
}

#[test]
fn giving_up_can_lead_to_a_hang_of_others() {
    // f follows g, so t1 takes its locks after t2 has let go of them, unless t0 fails its trylock and signals f at once.
    let text = |first| format!("{first} -A ?g {{ !f }} | ?f wB wC -C -B | wC wB -B -C {{ !g }}");
    assert!(hangs(&text("w?A"), &SINGLE));
    assert!(!hangs(&text("wA"), &SINGLE));
    let (_, verdict) = verdict(&text("w?A"), &SINGLE);
    let trace = verdict.deadlock.expect("t1 and t2");
    assert!(trace.steps.iter().any(|step| step.gave_up));
    assert_eq!(trace.blocked.len(), 2, "t0 has ended");
}

#[test]
fn three_locks_in_a_ring_need_three_threads() {
    assert!(hangs("wA wB -B -A | wB wC -C -B | wC wA -A -C", &SINGLE));
    assert!(!hangs("wA wB -B -A | wB wC -C -B", &DEFAULT));
}

#[test]
fn the_kernels_three_lock_read_cycles_are_decided_as_it_says() {
    // lib/locking-selftest, with read_lock as recursive reader. Locks 1 2 3 are A B C.
    // W1R2_W2R3_W3R1: everyone holds exclusively what the previous one wants to read.
    assert!(hangs("wA RB -B -A | wB RC -C -B | wC RA -A -C", &DEFAULT));
    // W1W2_R2R3_W3R1: t0 waits for reader t1, who waits for writer t2, who waits for writer t0.
    assert!(hangs("wA wB -B -A | RB RC -C -B | wC RA -A -C", &DEFAULT));
    // W1W2_R2R3_R3W1: t1's second lock is held by t2 for reading only, so t1 goes on and frees B for t0.
    assert!(!hangs("wA wB -B -A | RB RC -C -B | RC wA -A -C", &DEFAULT));
    // W1R2_R2R3_W3W1: t0's second lock is only ever read, so t0 goes on and frees A for t2.
    assert!(!hangs("wA RB -B -A | RB RC -C -B | wC wA -A -C", &DEFAULT));
}

#[test]
fn a_lock_over_a_wait_that_the_section_needs_hangs() {
    // t1 has A and waits for f; t0 cannot get A to signal.
    let (program, verdict) = verdict("{ wA -A !f } | wA ?f -A", &SINGLE);
    let trace = verdict.deadlock.expect("mutex over wait");
    let told = "t0.0 {\nt1.0 wA\nt0.0 wA blocked: A is held by t1.0\nt1.0 ?f blocked: f is for t0.0 to signal\n";
    assert_eq!(trace.describe(&program), told);
    assert!(
        hangs("{ wA -A !f } | w?A ?f -A", &DEFAULT),
        "once taken, a trylock holds like any lock"
    );
}

#[test]
fn a_lock_over_a_wait_that_the_section_does_not_need_is_fine() {
    assert!(!hangs("{ wB -B !f } | wA ?f -A", &DEFAULT));
    assert!(
        !hangs("{ w?A -A !f } | wA ?f -A", &DEFAULT),
        "who fails signals all the same"
    );
    assert!(
        !hangs("{ !f wA -A } | wA ?f -A", &DEFAULT),
        "the signal comes first"
    );
    assert!(
        !hangs("{ wA -A !f } | wA -A ?f", &DEFAULT),
        "the wait comes after the release"
    );
}

#[test]
fn readers_over_a_wait_keep_away_writers_and_queueing_readers() {
    // The oracle's mutex-over-wait by modes: only R in the section under r or R over the wait is fine.
    assert!(hangs("{ wA -A !f } | RA ?f -A", &DEFAULT));
    assert!(
        hangs("{ rA -A !f } | RA ?f -A", &DEFAULT),
        "a writer queues while the waiter reads"
    );
    assert!(!hangs("{ rA -A !f } | RA ?f -A", &NO_WRITERS));
    assert!(!hangs("{ RA -A !f } | rA ?f -A", &DEFAULT));
}

#[test]
fn a_lock_held_around_the_section_is_needed_too() {
    // With A held over the wait t0 never gets as far as its section.
    assert!(hangs("wA { !f } -A | wA ?f -A", &DEFAULT));
    assert!(
        hangs("wA -A { !f } | wA ?f -A", &DEFAULT),
        "also if it is released again before"
    );
}

#[test]
fn a_chain_of_locks_between_wait_and_section_hangs() {
    // t2 has A and waits for f; t1 has B and wants A; t0 wants B and is to signal f.
    assert!(hangs("{ wB -B !f } | wB wA -A -B | wA ?f -A", &SINGLE));
    assert!(
        !hangs("{ wB -B !f } | wA wB -B -A | wA ?f -A", &DEFAULT),
        "t1 wants A before it has B"
    );
}

#[test]
fn sections_that_wait_for_each_other_hang() {
    assert!(hangs("{ ?g !f } | { ?f !g }", &SINGLE));
    assert!(
        !hangs("{ ?g !f } | { !g ?f }", &DEFAULT),
        "g is signalled before f is waited for"
    );
    // Through a lock: t1 has A and waits for g; t2 is to signal g but waits for f; t0 is to signal f but wants A.
    assert!(hangs("{ wA -A !f } | wA ?g -A | { ?f !g }", &SINGLE));
}

#[test]
fn a_trace_shows_the_signal_that_lets_a_waiter_into_the_hang() {
    // t0 never blocks, so it takes no part in the hang, but t2 would not get to its locks without it.
    let (program, verdict) = verdict("{ !f } | wA wB -B -A | wB ?f wA -A -B", &SINGLE);
    let trace = verdict.deadlock.expect("ABBA after the wait");
    follow(&program, &trace, &SINGLE);
    let signals = |step: &super::TraceStep| step.run.thread == 0 && step.step == 1;
    assert!(trace.steps.iter().any(signals));
}

#[test]
fn a_wait_before_the_only_signal_hangs_by_itself() {
    let (_, verdict) = verdict("{ ?f !f }", &DEFAULT);
    let trace = verdict.deadlock.expect("nobody else signals");
    assert_eq!(
        trace.blocked.len(),
        1,
        "one copy is enough: no other is owed"
    );
    assert!(hangs("?f { !f }", &DEFAULT));
    assert!(!hangs("{ !f ?f }", &DEFAULT));
    // The second copy would fail its trylock and signal, but need not start.
    assert!(hangs("{ w?A ?f !f } -A", &DEFAULT));
    assert!(
        hangs("?h { w?A ?f !f } -A", &DEFAULT),
        "also if it could pass a first wait"
    );
    // Any other thread that signals the fence can be run.
    assert!(!hangs("{ ?f !f } | { !f }", &DEFAULT));
}

#[test]
fn one_copy_that_has_signalled_lets_the_other_pass() {
    // The thread waits for its own fence after the signal: whichever copy comes first signals for both.
    assert!(!hangs("{ !f } wA ?f -A", &DEFAULT));
    // Here the second copy can hold A over its wait only once the first copy has signalled, or before any has; then the first cannot.
    assert!(hangs("wA ?f -A { !f }", &DEFAULT));
}

#[test]
fn a_signaller_that_has_not_started_is_no_deadlock() {
    assert!(!hangs("wA ?f -A | { !f }", &DEFAULT));
    assert!(!hangs("?f", &DEFAULT), "somebody outside signals");
    assert!(!hangs("wA ?f -A | wA -A", &DEFAULT));
}

#[test]
fn fences_can_forbid_the_interleaving_that_would_hang() {
    // t1 takes its locks after t0 has let go of both.
    assert!(!hangs("{ wA wB -B -A !f } | ?f wB wA -A -B", &SINGLE));
    // A second copy of t0 may run beside t1.
    assert!(hangs("{ wA wB -B -A !f } | ?f wB wA -A -B", &DEFAULT));
}

#[test]
fn a_fence_published_under_the_lock_its_waiters_hold_is_fine() {
    // Who holds A cannot find the fence between its publication and its signal.
    assert!(!hangs("wA { !f } -A | wA ?f -A", &AT_SECTION));
    // Released in between he can.
    assert!(hangs("wA { -A wA !f } -A | wA ?f -A", &AT_SECTION));
    assert!(hangs("{ wA -A !f } | wA ?f -A", &AT_SECTION));
}

#[test]
fn what_comes_before_the_publication_keeps_no_waiter() {
    assert!(!hangs("wA -A { !f } | wA ?f -A", &AT_SECTION));
    assert!(
        !hangs("?f { !f }", &AT_SECTION),
        "the first copy finds no fence"
    );
    // A pipeline: under A, wait for the previous job; then publish the next, which needs A. One copy publishes, the
    // other takes A and waits.
    assert!(hangs("wA ?f -A { wA -A !f }", &AT_SECTION));
    assert!(!hangs(
        "wA ?f -A { wA -A !f }",
        &Options {
            copies: 1,
            ..AT_SECTION
        }
    ));
}

#[test]
fn every_lock_released_and_every_fence_signalled_leaves_no_trace() {
    let (_, verdict) = verdict("wA { !f } -A | ?f wA -A", &SINGLE);
    assert_eq!(verdict.deadlock, None);
}
