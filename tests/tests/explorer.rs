//! Strict judgement against an explorer that knows nothing of the graph: it runs every interleaving of a small program and
//! looks for one that hangs. Where one does, strict must say so; where none does, strict may only name a breach of the
//! contract.

#![allow(clippy::print_stdout, reason = "the counts are shown with --nocapture")]

use std::collections::BTreeMap;

use fence_engine::{
    ClassKind, ClassSpec, Config, ContractNames, Engine, Event, FenceSpec, Finding, How, Instance,
    Level, Lock, Mode, Site, WaitType,
};
use fence_tests::explorer::enumerate::Tiny;
use fence_tests::explorer::generate::{Shape, generate};
use fence_tests::explorer::{self, Options, Program, Publication, Step, contract_broken, explore};

/// Runs a program once, thread after thread, through the engine. With [`Publication::AtSection`] each fence is published
/// where the outermost section opens that signals it; otherwise it is somebody else's.
fn strict(program: &Program, publication: Publication) -> Vec<Finding> {
    let mut engine = Engine::new(Config::STRICT);
    engine.prime(&ContractNames::PATTERN, true);
    let locks: BTreeMap<_, Lock> = program
        .locks()
        .into_iter()
        .enumerate()
        .map(|(at, lock)| {
            let name = lock.to_string();
            let spec = ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Sleep);
            (
                lock,
                Lock {
                    class: engine.declare(&spec),
                    instance: Instance(at as u64 + 1),
                },
            )
        })
        .collect();
    let fences: BTreeMap<_, _> = program
        .fences()
        .into_iter()
        .map(|fence| {
            let name = fence.to_string();
            let spec = FenceSpec {
                name: &name,
                timeline: &name,
                lock: None,
                seqno: None,
                unbounded: false,
            };
            (fence, engine.declare_fence(&spec))
        })
        .collect();
    let mut published = Vec::new();
    for (at, steps) in program.threads.iter().enumerate() {
        let name = format!("t{at}");
        let source = engine.sources_mut().intern("program", &name);
        let task = engine.start_task(&name);
        let mut depth = 0;
        for (number, step) in steps.iter().enumerate() {
            let site = Site::new(source, number as u64 + 1, 0);
            match *step {
                Step::Lock { lock, mode, try_ } => {
                    let mode = match mode {
                        explorer::Mode::Exclusive => Mode::Exclusive,
                        explorer::Mode::Read => Mode::Read,
                        explorer::Mode::RecursiveRead => Mode::RecursiveRead,
                    };
                    let how = How {
                        try_lock: try_,
                        ..How::new(mode)
                    };
                    engine.feed(task, Event::acquire(locks[&lock], how), site);
                }
                Step::Unlock { lock } => {
                    engine.feed(task, Event::Release { lock: locks[&lock] }, site);
                }
                Step::SectionBegin => {
                    engine.feed(task, Event::BeginSignalling { name: 0 }, site);
                    depth += 1;
                    if depth == 1 && publication == Publication::AtSection {
                        for fence in signalled_in_section(&steps[number..]) {
                            if !published.contains(&fence) {
                                published.push(fence);
                                engine.feed(
                                    task,
                                    Event::Publish {
                                        fence: fences[&fence],
                                        resv: None,
                                    },
                                    site,
                                );
                            }
                        }
                    }
                }
                Step::SectionEnd => {
                    engine.feed(task, Event::EndSignalling { name: 0 }, site);
                    depth -= 1;
                }
                Step::Signal { fence } => engine.feed(
                    task,
                    Event::Signal {
                        fence: fences[&fence],
                        error: false,
                    },
                    site,
                ),
                Step::Wait { fence } => engine.feed(
                    task,
                    Event::WaitFence {
                        fence: fences[&fence],
                    },
                    site,
                ),
            }
        }
        engine.feed(
            task,
            Event::TaskEnd,
            Site::new(source, steps.len() as u64 + 1, 0),
        );
    }
    engine.finish();
    engine.take_findings()
}

/// The fences signalled before the section that opens first in `steps` closes.
fn signalled_in_section(steps: &[Step]) -> Vec<explorer::FenceId> {
    let (mut depth, mut fences) = (0, Vec::new());
    for step in steps {
        match step {
            Step::SectionBegin => depth += 1,
            Step::SectionEnd if depth == 1 => break,
            Step::SectionEnd => depth -= 1,
            Step::Signal { fence } => fences.push(*fence),
            _ => {}
        }
    }
    fences
}

/// How many programs came out how.
#[derive(Debug, Default)]
struct Tally {
    programs: usize,
    /// Programs with more states than are looked at.
    undecided: usize,
    hang: usize,
    breach: usize,
    clean: usize,
    /// Findings about programs that never hang, with why the graph cannot know.
    blind: BTreeMap<&'static str, usize>,
}

/// Compares the two opinions on one program; the difference in words if there is none that is known.
fn compare(program: &Program, publication: Publication, tally: &mut Tally) -> Result<(), String> {
    let options = Options {
        publication,
        max_states: 200_000,
        ..Options::default()
    };
    let Ok(verdict) = explore(program, &options) else {
        tally.undecided += 1;
        return Ok(());
    };
    let found: Vec<Finding> = strict(program, publication)
        .into_iter()
        .filter(|finding| finding.level >= Level::Warning)
        .collect();
    let breaches = contract_broken(program);
    tally.programs += 1;
    match (verdict.deadlock, found.is_empty()) {
        (Some(_), false) => tally.hang += 1,
        (None, true) => tally.clean += 1,
        (None, false) if !breaches.is_empty() => tally.breach += 1,
        (None, false) => match blind_spot(program) {
            Some(reason) => *tally.blind.entry(reason).or_default() += 1,
            None => return Err(format!("never hangs: {program}: {}", found[0].message())),
        },
        (Some(trace), true) => {
            // What a thread does before its section opens is no part of the section: the missing annotation itself.
            let unannotated = breaches
                .iter()
                .any(|breach| breach.name() == "blocked-before-section");
            if publication == Publication::AtSection || !unannotated {
                return Err(format!(
                    "hangs and is not reported: {program}\n{}",
                    trace.describe(program)
                ));
            }
            *tally
                .blind
                .entry("the signaller blocks before its section opens")
                .or_default() += 1;
        }
    }
    Ok(())
}

/// Why a program that never hangs may be reported all the same. The graph knows which locks were taken under which, and
/// not when: that is the price of finding a deadlock without running into it.
fn blind_spot(program: &Program) -> Option<&'static str> {
    let tries = |step: &Step| matches!(step, Step::Lock { try_: true, .. });
    let mut steps = program.threads.iter().flatten();
    steps
        .any(tries)
        .then_some("a trylock that succeeded proves more than the graph remembers")
}

fn compare_seeds(publication: Publication) -> Tally {
    let seeds = std::env::var("FENCE_EXPLORER_PROGRAMS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(2_500);
    let mut tally = Tally::default();
    for seed in 0..seeds {
        let program = generate(seed, &Shape::DEFAULT);
        if let Err(difference) = compare(&program, publication, &mut tally) {
            panic!("seed {seed}: {difference}");
        }
    }
    println!("{publication:?}: {tally:#?}");
    tally
}

/// At most one program in a thousand may be reported although it never hangs and breaks no contract.
fn assert_few(tally: &Tally) {
    let blind: usize = tally.blind.values().sum();
    assert!(tally.undecided * 100 <= tally.programs, "{tally:#?}");
    assert!(blind * 1_000 <= tally.programs, "{tally:#?}");
    assert!(
        tally.hang > 100 && tally.clean > 100,
        "both kinds of program must be common: {tally:#?}"
    );
}

#[test]
fn strict_reports_every_program_that_hangs_and_no_other_that_keeps_the_contract() {
    assert_few(&compare_seeds(Publication::AtSection));
}

#[test]
fn with_fences_published_by_others_only_work_before_the_section_is_missed() {
    let mut tally = compare_seeds(Publication::Beforehand);
    let before_section = tally
        .blind
        .remove("the signaller blocks before its section opens");
    assert!(
        before_section.is_some_and(|count| count * 50 <= tally.programs),
        "the gap before the section shows, and in at most one program in fifty: {before_section:?}"
    );
    assert_few(&tally);
}

#[test]
fn strict_agrees_on_every_tiny_program_of_two_threads() {
    use explorer::Mode::{Exclusive, Read, RecursiveRead};
    let modes = vec![Exclusive, Read, RecursiveRead];
    let locks = Tiny {
        locks: 3,
        acquisitions: 2,
        modes: modes.clone(),
        tries: false,
        fence: false,
    };
    let fence = Tiny {
        locks: 1,
        acquisitions: 2,
        modes,
        tries: false,
        fence: true,
    };
    let mut tally = Tally::default();
    for (at, program) in locks.programs().chain(fence.programs()).enumerate() {
        if let Err(difference) = compare(&program, Publication::AtSection, &mut tally) {
            panic!("program {at}: {difference}");
        }
    }
    assert!(tally.programs > 1_000, "{tally:#?}");
    println!("{tally:#?}");
}
