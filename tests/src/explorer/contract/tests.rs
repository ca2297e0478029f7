//! Programs that break one rule each, and their harmless neighbours.

use super::*;

fn broken(text: &str) -> Vec<Breach> {
    let program: Program = text.parse().expect("readable");
    program.check().expect("well formed");
    contract_broken(&program)
}

fn names(text: &str) -> Vec<&'static str> {
    broken(text).iter().map(Breach::name).collect()
}

fn place(thread: usize, step: usize) -> Place {
    Place { thread, step }
}

const F: FenceId = FenceId(0);
const A: LockId = LockId(0);
const B: LockId = LockId(1);

#[test]
fn a_lock_of_a_section_held_over_a_wait_for_its_fence_is_a_breach() {
    let expected = Breach::LockTakenInSection {
        fence: F,
        lock: A,
        taken: place(0, 1),
        waits: place(1, 1),
        gates: vec![],
    };
    assert_eq!(broken("{ wA -A !f } | wA ?f -A"), [expected]);
}

#[test]
fn a_trylock_in_the_section_is_the_way_out_but_not_on_the_waiters_side() {
    assert_eq!(names("{ w?A -A !f } | wA ?f -A"), [""; 0]);
    assert_eq!(names("{ wA -A !f } | w?A ?f -A"), ["lock-taken-in-section"]);
}

#[test]
fn readers_only_keep_away_readers_that_queue() {
    // The oracle's mutex-over-wait: reported for all modes but R in the section with r or R over the wait.
    assert_eq!(names("{ RA -A !f } | rA ?f -A"), [""; 0]);
    assert_eq!(names("{ RA -A !f } | RA ?f -A"), [""; 0]);
    assert_eq!(names("{ rA -A !f } | RA ?f -A"), ["lock-taken-in-section"]);
    assert_eq!(names("{ RA -A !f } | wA ?f -A"), ["lock-taken-in-section"]);
}

#[test]
fn a_lock_held_into_a_section_is_needed_by_it() {
    assert_eq!(names("wA { !f } -A | wA ?f -A"), ["lock-held-into-section"]);
    assert_eq!(
        names("w?A { !f } -A | wA ?f -A"),
        [""; 0],
        "who cannot have it signals without"
    );
}

#[test]
fn a_chain_of_locks_between_section_and_wait_is_a_breach() {
    let expected = Breach::LockChain {
        fence: F,
        locks: vec![B, A],
        taken: place(0, 1),
        waits: place(2, 1),
        gates: vec![],
    };
    assert_eq!(broken("{ wB -B !f } | wB wA -A -B | wA ?f -A"), [expected]);
    // The chain is only as strong as its links: B is held for reading where the section reads recursively.
    assert_eq!(names("{ RB -B !f } | rB wA -A -B | wA ?f -A"), [""; 0]);
}

#[test]
fn a_gate_is_named_if_it_is_held_over_both_sides_from_the_beginning() {
    let gates = |text: &str| -> Vec<Vec<LockId>> {
        let gates = broken(text).into_iter().filter_map(|breach| match breach {
            Breach::LockTakenInSection { gates, .. } => Some(gates),
            _ => None,
        });
        gates.collect()
    };
    assert_eq!(gates("wB { wA -A !f } -B | wB wA ?f -A -B"), [[B]]);
    assert_eq!(
        gates("wB { wA -A !f } -B | wA wB ?f -B -A"),
        [[]],
        "taken after A on one side"
    );
    assert_eq!(
        gates("{ wB wA -A !f -B } | wB wA ?f -A -B"),
        [[], []],
        "taken inside the section"
    );
}

#[test]
fn waits_in_sections_are_told_apart_by_whose_fence_it_is() {
    assert_eq!(
        broken("{ ?f !f }"),
        [Breach::WaitOnOwnFence {
            fence: F,
            waits: place(0, 1)
        }]
    );
    assert_eq!(
        broken("{ !f ?f }"),
        [Breach::WaitAfterOwnSignal {
            fence: F,
            waits: place(0, 2)
        }]
    );
    let signallers = vec![1];
    assert_eq!(
        broken("{ ?f } | { !f }"),
        [Breach::WaitInSection {
            fence: F,
            waits: place(0, 1),
            signallers
        }]
    );
    assert_eq!(
        names("?f | { !f }"),
        [""; 0],
        "outside a section everybody may wait"
    );
}

#[test]
fn a_wait_whose_only_signal_is_later_on_the_same_thread_is_a_breach() {
    assert_eq!(
        broken("?f { !f }"),
        [Breach::WaitBeforeOwnSignal {
            fence: F,
            waits: place(0, 0)
        }]
    );
    assert_eq!(
        names("{ ?f } { !f }"),
        ["wait-before-own-signal", "wait-in-section"]
    );
    assert_eq!(names("{ !f } ?f"), [""; 0]);
}

#[test]
fn sections_that_wait_for_each_other_are_a_cycle_of_timelines() {
    let fences = vec![F, FenceId(1)];
    assert!(
        broken("{ ?g !f } | { ?f !g }").contains(&Breach::TimelineCycle {
            fences: fences.clone()
        })
    );
    // f needs A, held over a wait for g, whose section waits for f.
    assert!(
        broken("{ wA -A !f } | wA ?g -A | { ?f !g }").contains(&Breach::TimelineCycle { fences })
    );
    assert_eq!(names("{ ?g !f } | { !g }"), ["wait-in-section"]);
}

#[test]
fn a_signaller_blocked_before_its_section_is_told_apart() {
    let expected = Breach::BlockedBeforeSection {
        fence: F,
        at: place(0, 0),
        waits: place(1, 1),
        gates: vec![],
    };
    assert_eq!(broken("wA -A { !f } | wA ?f -A"), [expected]);
    assert_eq!(
        names("?g { !f } | ?f { !g }"),
        ["blocked-before-section"; 2]
    );
    assert_eq!(names("w?A -A { !f } | wA ?f -A"), [""; 0]);
}

#[test]
fn a_lock_after_the_signal_is_no_need_of_the_fence() {
    assert_eq!(names("{ !f wA -A } | wA ?f -A"), ["lock-after-signal"]);
    assert_eq!(
        names("{ !f } wA -A | wA ?f -A"),
        [""; 0],
        "after the section it is nobody's business"
    );
}

#[test]
fn one_map_for_all_fences_sees_locks_across_timelines() {
    let expected = Breach::LockAcrossTimelines {
        lock: A,
        taken: place(0, 1),
        fence: FenceId(1),
        waits: place(1, 1),
    };
    assert_eq!(broken("{ wA -A !f } | wA ?g -A | { !g }"), [expected]);
    // The oracle's self/ww: one thread, a lock of the section held over a wait of the section.
    assert_eq!(
        names("{ wA ?g -A }"),
        ["wait-in-section", "lock-across-timelines"]
    );
}

#[test]
fn two_signals_of_one_fence_are_a_breach() {
    let signals = vec![place(0, 1), place(1, 1)];
    assert_eq!(
        broken("{ !f } | { !f }"),
        [Breach::SignalledTwice { fence: F, signals }]
    );
}

#[test]
fn lock_orders_alone_are_none_of_its_business() {
    assert_eq!(names("wA wB -B -A | wB wA -A -B"), [""; 0]);
}
