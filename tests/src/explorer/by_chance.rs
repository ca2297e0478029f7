//! What must hold for every program, on generated ones.

use super::enumerate::Tiny;
use super::follow::follow;
use super::generate::{Shape, generate};
use super::{Mode, Options, Program, Publication, Step, contract_broken, explore};

fn hangs(program: &Program, options: &Options) -> bool {
    explore(program, options)
        .expect("explored")
        .deadlock
        .is_some()
}

fn assumptions() -> impl Iterator<Item = Options> {
    let publications = [Publication::Beforehand, Publication::AtSection];
    publications.into_iter().flat_map(|publication| {
        [(1, true), (2, true), (1, false), (2, false)].map(|(copies, environment_writers)| {
            Options {
                copies,
                environment_writers,
                publication,
                ..Options::default()
            }
        })
    })
}

/// The same program with all fences signalled from outside: what is left to hang are locks.
fn without_signals(program: &Program) -> Program {
    let locks = |steps: &Vec<Step>| {
        steps
            .iter()
            .copied()
            .filter(|step| !matches!(step, Step::Signal { .. }))
            .collect::<Vec<_>>()
    };
    Program {
        threads: program.threads.iter().map(locks).collect(),
    }
}

#[test]
fn every_trace_can_be_followed() {
    let mut followed = 0;
    for seed in 0..150 {
        let program = generate(seed, &Shape::DEFAULT);
        for options in assumptions() {
            if let Some(trace) = explore(&program, &options).expect("explored").deadlock {
                follow(&program, &trace, &options);
                followed += 1;
            }
        }
    }
    assert!(followed > 400, "{followed}");
}

#[test]
fn more_copies_and_more_writers_never_save_a_program() {
    let mut saved_by_fewer = 0;
    for seed in 0..150 {
        let program = generate(seed, &Shape::DEFAULT);
        for options in assumptions() {
            let harsher = Options {
                copies: 2,
                environment_writers: true,
                ..options
            };
            let (mild, harsh) = (hangs(&program, &options), hangs(&program, &harsher));
            assert!(harsh || !mild, "seed {seed}: {program} with {options:?}");
            saved_by_fewer += usize::from(harsh && !mild);
        }
    }
    assert!(
        saved_by_fewer > 8,
        "{saved_by_fewer}: the options make no difference"
    );
}

#[test]
fn who_hangs_waiting_for_a_fence_has_broken_the_contract() {
    let mut hanging = 0;
    for seed in 0..800 {
        let program = generate(seed, &Shape::DEFAULT);
        for publication in [Publication::Beforehand, Publication::AtSection] {
            let options = Options {
                publication,
                ..Options::default()
            };
            if hangs(&program, &options) && !hangs(&without_signals(&program), &options) {
                assert!(
                    !contract_broken(&program).is_empty(),
                    "seed {seed}: {program}"
                );
                hanging += 1;
            }
        }
    }
    assert!(hanging > 100, "{hanging}");
}

#[test]
fn the_order_of_threads_does_not_matter() {
    for seed in 0..100 {
        let program = generate(seed, &Shape::DEFAULT);
        let reversed = Program {
            threads: program.threads.iter().rev().cloned().collect(),
        };
        for options in assumptions() {
            assert_eq!(
                hangs(&program, &options),
                hangs(&reversed, &options),
                "seed {seed}: {program}"
            );
        }
    }
}

#[test]
fn usual_programs_have_few_states() {
    // Two copies of three threads of eight steps; the bound keeps a decision below a few milliseconds.
    for seed in 0..300 {
        let program = generate(
            seed,
            &Shape {
                threads: (3, 3),
                ..Shape::DEFAULT
            },
        );
        let states = explore(&program, &Options::default())
            .expect("explored")
            .states;
        assert!(
            states < 20_000,
            "seed {seed}: {states} states for {program}"
        );
    }
}

#[test]
fn two_threads_with_two_exclusive_locks_hang_in_the_ways_there_are() {
    // Two acquisitions each. Some thread takes a lock twice, or AB and BA both occur nested, in one thread (its copies) or in two.
    let tiny = Tiny {
        locks: 2,
        acquisitions: 2,
        modes: vec![Mode::Exclusive],
        tries: false,
        fence: false,
    };
    for program in tiny.programs() {
        let nested = |first, second| {
            let exclusive = |lock| Step::Lock {
                lock: super::LockId(lock),
                mode: Mode::Exclusive,
                try_: false,
            };
            let pair = [exclusive(first), exclusive(second)];
            program
                .threads
                .iter()
                .any(|steps| steps.windows(2).any(|two| *two == pair))
        };
        let expected = nested(0, 0) || nested(1, 1) || nested(0, 1) && nested(1, 0);
        assert_eq!(hangs(&program, &Options::default()), expected, "{program}");
    }
}
