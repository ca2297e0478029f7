//! The definition of a deadlock, word for word and slowly: the judge of [`super::search`] in tests.
//!
//! A state is a deadlock if some started, unfinished copy cannot finish in any continuation in which only copies of threads not yet run are started, one of each.
//! Nothing is merged, sorted or taken at once; starting, queueing, releasing and giving up are moves of their own, waiting
//! writers are part of the state, and "can never finish" is asked of every copy in every state, backwards. It shares no code with the search but the
//! language.

use std::collections::{HashMap, VecDeque};

use super::generate::{Shape, generate};
use super::{FenceId, LockId, Mode, Options, Program, Publication, Step, explore};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Status {
    NotStarted,
    At(usize),
    GivingUp,
    Done,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Runner {
    thread: usize,
    status: Status,
    held: Vec<(LockId, Mode)>,
    queued: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    runners: Vec<Runner>,
    /// Locks on which somebody outside waits to write.
    outsiders: Vec<LockId>,
    published: Vec<FenceId>,
    signalled: Vec<FenceId>,
}

/// Whether a trylock may fail on a lock that is free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Try {
    FailsOnlyIfTaken,
    MayFail,
}

fn add<T: Ord + Copy>(set: &mut Vec<T>, item: T) {
    if !set.contains(&item) {
        set.push(item);
        set.sort_unstable();
    }
}

fn signals_of(steps: &[Step]) -> Vec<FenceId> {
    let mut fences = Vec::new();
    for step in steps {
        if let Step::Signal { fence } = step {
            add(&mut fences, *fence);
        }
    }
    fences
}

impl World {
    fn first(program: &Program, options: &Options) -> Self {
        let runners = (0..program.threads.len())
            .flat_map(|thread| std::iter::repeat_n(thread, options.copies))
            .map(|thread| Runner {
                thread,
                status: Status::NotStarted,
                held: vec![],
                queued: false,
            })
            .collect();
        let foreign = |fence: &FenceId| program.signallers(*fence).is_empty();
        let fences = program.fences();
        let published = match options.publication {
            Publication::Beforehand => fences.clone(),
            Publication::AtSection => fences.iter().copied().filter(foreign).collect(),
        };
        Self {
            runners,
            outsiders: vec![],
            published,
            signalled: fences.into_iter().filter(foreign).collect(),
        }
    }

    fn held_by_anyone(&self, lock: LockId, what: impl Fn(Mode) -> bool) -> bool {
        self.runners.iter().any(|runner| {
            runner
                .held
                .iter()
                .any(|(held, mode)| *held == lock && what(*mode))
        })
    }

    fn free_for(&self, program: &Program, who: usize, lock: LockId, mode: Mode) -> bool {
        let queued = |(other, runner): (usize, &Runner)| {
            let Status::At(at) = runner.status else {
                return false;
            };
            let wants = program.threads[runner.thread].get(at);
            other != who
                && runner.queued
                && wants
                    == Some(&Step::Lock {
                        lock,
                        mode: Mode::Exclusive,
                        try_: false,
                    })
        };
        match mode {
            Mode::Exclusive => !self.held_by_anyone(lock, |_| true),
            Mode::RecursiveRead => !self.held_by_anyone(lock, |held| held == Mode::Exclusive),
            Mode::Read => {
                !self.held_by_anyone(lock, |held| held == Mode::Exclusive)
                    && !self.outsiders.contains(&lock)
                    && !self.runners.iter().enumerate().any(queued)
            }
        }
    }

    /// Whether the move from here to there starts a copy of a thread that has been started before.
    fn starts_again(&self, there: &Self) -> bool {
        let started = |runner: &Runner| runner.status != Status::NotStarted;
        let mut pairs = self.runners.iter().zip(&there.runners);
        let Some((starting, _)) = pairs.find(|(now, then)| !started(now) && started(then)) else {
            return false;
        };
        self.runners
            .iter()
            .any(|runner| runner.thread == starting.thread && started(runner))
    }

    fn next(&self, program: &Program, options: &Options, tries: Try) -> Vec<Self> {
        let mut worlds = Vec::new();
        for who in 0..self.runners.len() {
            self.moves_of(who, program, options, tries, &mut worlds);
        }
        if options.environment_writers {
            for lock in program.locks() {
                let mut world = self.clone();
                if self.outsiders.contains(&lock) {
                    if !self.held_by_anyone(lock, |_| true) {
                        world.outsiders.retain(|other| *other != lock);
                        worlds.push(world);
                    }
                } else if self.held_by_anyone(lock, Mode::is_read) {
                    add(&mut world.outsiders, lock);
                    worlds.push(world);
                }
            }
        }
        worlds
    }

    fn moves_of(
        &self,
        who: usize,
        program: &Program,
        options: &Options,
        tries: Try,
        worlds: &mut Vec<Self>,
    ) {
        let runner = &self.runners[who];
        let steps = &program.threads[runner.thread];
        let mut world = self.clone();
        let me = &mut world.runners[who];
        match runner.status {
            Status::NotStarted => me.status = Status::At(0),
            Status::Done => return,
            Status::GivingUp => {
                let unsignalled = |fence: &FenceId| !self.signalled.contains(fence);
                if me.held.pop().is_some() {
                } else if let Some(fence) = signals_of(steps).into_iter().find(unsignalled) {
                    add(&mut world.published, fence);
                    add(&mut world.signalled, fence);
                } else {
                    me.status = Status::Done;
                }
            }
            Status::At(at) if at == steps.len() => me.status = Status::Done,
            Status::At(at) => {
                me.status = Status::At(at + 1);
                match steps[at] {
                    Step::Lock { lock, mode, try_ } => {
                        let free = self.free_for(program, who, lock, mode);
                        let mut other = self.clone();
                        if try_ {
                            other.runners[who].status = Status::GivingUp;
                            if !free || tries == Try::MayFail {
                                worlds.push(other);
                            }
                        } else if !free && mode == Mode::Exclusive && !runner.queued {
                            other.runners[who].queued = true;
                            worlds.push(other);
                        }
                        if !free {
                            return;
                        }
                        me.queued = false;
                        me.held.push((lock, mode));
                    }
                    Step::Unlock { lock } => {
                        let newest = me
                            .held
                            .iter()
                            .rposition(|held| held.0 == lock)
                            .expect("well formed");
                        me.held.remove(newest);
                    }
                    Step::SectionBegin => {
                        if options.publication == Publication::AtSection {
                            for fence in published_at(steps, at) {
                                add(&mut world.published, fence);
                            }
                        }
                    }
                    Step::SectionEnd => {}
                    Step::Signal { fence } => add(&mut world.signalled, fence),
                    Step::Wait { fence } => {
                        if self.published.contains(&fence) && !self.signalled.contains(&fence) {
                            return;
                        }
                    }
                }
            }
        }
        worlds.push(world);
    }
}

/// The fences signalled in the section that opens here, if it is an outermost one.
fn published_at(steps: &[Step], begin: usize) -> Vec<FenceId> {
    let depth_before = |at: usize| {
        steps[..at].iter().fold(0_i32, |depth, step| match step {
            Step::SectionBegin => depth + 1,
            Step::SectionEnd => depth - 1,
            _ => depth,
        })
    };
    if depth_before(begin) > 0 {
        return vec![];
    }
    let end = (begin + 1..=steps.len())
        .find(|at| depth_before(*at) == 0)
        .expect("well formed");
    signals_of(&steps[begin..end])
}

fn deadlocks(program: &Program, options: &Options, tries: Try) -> bool {
    let first = World::first(program, options);
    let mut worlds = vec![first.clone()];
    let mut numbers: HashMap<World, usize> = HashMap::from([(first, 0)]);
    // Backwards, over the moves a copy may hope for.
    let mut before: Vec<Vec<usize>> = vec![vec![]];
    let mut at = 0;
    while at < worlds.len() {
        for world in worlds[at].next(program, options, tries) {
            let number = *numbers.entry(world).or_insert_with_key(|world| {
                worlds.push(world.clone());
                before.push(vec![]);
                worlds.len() - 1
            });
            if !worlds[at].starts_again(&worlds[number]) {
                before[number].push(at);
            }
        }
        at += 1;
    }
    (0..worlds[0].runners.len()).any(|who| {
        let status = |world: usize| worlds[world].runners[who].status;
        let mut can_finish: Vec<bool> = (0..worlds.len())
            .map(|world| status(world) == Status::Done)
            .collect();
        let mut queue: VecDeque<usize> = (0..worlds.len())
            .filter(|world| can_finish[*world])
            .collect();
        while let Some(world) = queue.pop_front() {
            for earlier in &before[world] {
                if !can_finish[*earlier] {
                    can_finish[*earlier] = true;
                    queue.push_back(*earlier);
                }
            }
        }
        (0..worlds.len()).any(|world| status(world) != Status::NotStarted && !can_finish[world])
    })
}

/// All combinations of the assumptions.
fn assumptions(copies: usize) -> [Options; 4] {
    let make = |environment_writers, publication| Options {
        copies,
        environment_writers,
        publication,
        ..Options::default()
    };
    [
        make(true, Publication::Beforehand),
        make(false, Publication::Beforehand),
        make(true, Publication::AtSection),
        make(false, Publication::AtSection),
    ]
}

/// Compares both on generated programs; returns how many hang, how many do not.
fn compare(
    seeds: std::ops::Range<u64>,
    shape: &Shape,
    copies: usize,
    tries: &[Try],
) -> (usize, usize) {
    let mut counts = (0, 0);
    for seed in seeds {
        let program = generate(seed, shape);
        for options in assumptions(copies) {
            let found = explore(&program, &options)
                .expect("explored")
                .deadlock
                .is_some();
            for tries in tries.iter().copied() {
                assert_eq!(
                    found,
                    deadlocks(&program, &options, tries),
                    "seed {seed}: {program} with {options:?}"
                );
            }
            if found {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
    }
    counts
}

/// Where a failure on a free lock would let somebody overtake a fence the two can differ (`giving_up_can_lead_to_a_hang_of_others`); no generated
/// program has shown it. Sharper first.
const BOTH: [Try; 2] = [Try::FailsOnlyIfTaken, Try::MayFail];

const TWO_THREADS: Shape = Shape {
    threads: (2, 2),
    locks: 2,
    fences: 1,
    steps: 7,
    gates: 0,
    ..Shape::DEFAULT
};
const THREE_THREADS: Shape = Shape {
    threads: (3, 3),
    locks: 3,
    fences: 2,
    steps: 7,
    ..Shape::DEFAULT
};

#[test]
fn the_search_decides_as_the_definition_does_for_two_copies_of_two_threads() {
    let (hang, fine) = compare(0..8, &TWO_THREADS, 2, &BOTH[..1]);
    assert!(
        hang > 3 && fine > 3,
        "{hang} hang, {fine} do not: the sample is lopsided"
    );
}

#[test]
fn the_search_decides_as_the_definition_does_for_three_single_threads() {
    let (hang, fine) = compare(0..30, &THREE_THREADS, 1, &BOTH);
    assert!(
        hang > 15 && fine > 15,
        "{hang} hang, {fine} do not: the sample is lopsided"
    );
}

/// Run it by name, optimised: it takes minutes.
#[test]
#[ignore = "minutes long"]
fn the_search_decides_as_the_definition_does_on_many_programs() {
    compare(1_000..1_400, &TWO_THREADS, 2, &BOTH);
    compare(1_000..6_000, &THREE_THREADS, 1, &BOTH);
    compare(
        1_000..6_000,
        &Shape {
            threads: (2, 2),
            steps: 10,
            ..THREE_THREADS
        },
        1,
        &BOTH,
    );
}
