//! How a hang is told: the steps that lead to it, without those that do not matter, and who is blocked on what.
//!
//! The search hands over its moves; whole copies are left out again as long as what remains is still certain to hang.

use std::fmt;
use std::fmt::Write as _;

use super::machine::{Machine, Move, State};
use super::positions::Want;
use super::program::{FenceId, LockId, Mode, Program};

/// One run of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The thread, from 0.
    pub thread: usize,
    /// Which of its copies, from 0.
    pub copy: usize,
}

/// One step of one copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceStep {
    /// Who.
    pub run: Run,
    /// Which step of the thread.
    pub step: usize,
    /// The step is a trylock that failed: the copy released everything, signalled its fences and ended.
    pub gave_up: bool,
}

/// A copy that can never go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Who.
    pub run: Run,
    /// The step it is about to do.
    pub step: usize,
    /// Why it cannot.
    pub cause: Cause,
}

/// Why a copy cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It wants a lock that others, or itself, hold.
    Lock {
        /// The lock.
        lock: LockId,
        /// Who holds it in a way that matters.
        holders: Vec<Run>,
        /// The lock is held for reading, and the copy must stay behind a waiting writer.
        behind: Option<Writer>,
    },
    /// It waits for a fence whose signallers are all blocked.
    Fence {
        /// The fence.
        fence: FenceId,
        /// Every copy that could be relied on to signal it: those that have started and, of a signaller without such a copy, one.
        signallers: Vec<Run>,
    },
}

/// A writer that waits for the readers of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A copy of the program.
    Program(Run),
    /// Somebody outside.
    Environment,
}

/// A run that ends in a hang.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The interleaving, in order. Copies without a step here have not started.
    pub steps: Vec<TraceStep>,
    /// Who is blocked on whom; every holder, writer of the program and signaller named is in the list itself.
    pub blocked: Vec<Blocked>,
}

impl Trace {
    /// The trace as text, with the steps of the program it belongs to.
    pub fn describe(&self, program: &Program) -> String {
        let text = |run: Run, step: usize| {
            program
                .threads
                .get(run.thread)
                .and_then(|steps| steps.get(step))
                .map_or_else(|| "?".to_owned(), ToString::to_string)
        };
        let mut out = String::new();
        for step in &self.steps {
            let failed = if step.gave_up { " fails, gives up" } else { "" };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{} {}{failed}", step.run, text(step.run, step.step));
        }
        for blocked in &self.blocked {
            let _ = writeln!(
                out,
                "{} {} blocked: {}",
                blocked.run,
                text(blocked.run, blocked.step),
                blocked.cause
            );
        }
        out
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "t{}.{}", self.thread, self.copy)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |copies: &[Run]| {
            copies
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Lock {
                lock,
                holders,
                behind,
            } => {
                write!(out, "{lock} is held by {}", list(holders))?;
                match behind {
                    None => Ok(()),
                    Some(Writer::Program(writer)) => write!(out, ", {writer} waits to write"),
                    Some(Writer::Environment) => out.write_str(", a writer waits"),
                }
            }
            Self::Fence { fence, signallers } => {
                write!(out, "{fence} is for {} to signal", list(signallers))
            }
        }
    }
}

/// Tells the hang these moves lead to; none if they lead to no hang.
pub(super) fn tell(machine: &Machine, moves: &[Move]) -> Option<Trace> {
    let moves = with_copies(machine, moves);
    let mut present = u8::MAX;
    // Backwards, so that of copies that would do equally well the first is kept.
    for copy in (0..machine.len()).rev() {
        let fewer = present & !(1 << copy);
        if replay(machine, &moves, fewer).is_some_and(|state| stuck(machine, state, fewer) != 0) {
            present = fewer;
        }
    }
    let state = replay(machine, &moves, present)?;
    let stuck = stuck(machine, state, present);
    let core = core(machine, state, stuck);
    let blocked: Vec<Blocked> = members(core)
        .filter_map(|copy| {
            let cause = cause(machine, state, stuck, copy)?;
            Some(Blocked {
                run: name(machine, copy),
                step: machine.position(state, copy).step,
                cause,
            })
        })
        .collect();
    Some(Trace {
        steps: steps(machine, &moves, present, core),
        blocked,
    })
}

/// The search does not tell copies of a thread apart; here they get their numbers.
fn with_copies(machine: &Machine, moves: &[Move]) -> Vec<(usize, Move)> {
    let mut state = State::default();
    let mut named = Vec::new();
    for by in moves {
        let thread = usize::from(by.thread);
        let mut copies = thread * machine.copies..(thread + 1) * machine.copies;
        if let Some(copy) = copies.find(|copy| state[*copy] == by.from) {
            state[copy] = machine.after(thread, *by);
            named.push((copy, *by));
        }
    }
    named
}

/// The state after the moves of the copies present, if all of them are possible without the others.
fn replay(machine: &Machine, moves: &[(usize, Move)], present: u8) -> Option<State> {
    let mut state = State::default();
    for (copy, by) in moves.iter().filter(|(copy, _)| present & (1 << copy) != 0) {
        let want = machine.position(state, *copy).want;
        if !by.gave_up && !machine.scene(state, present).allows(want) {
            return None;
        }
        state[*copy] = machine.after(usize::from(by.thread), *by);
    }
    Some(state)
}

/// The largest set of copies each of which is blocked by members of the set alone: whatever the others do, none of them moves
/// again. Copies that are not present stand before their first step and belong to the set if they are blocked there.
fn stuck(machine: &Machine, state: State, present: u8) -> u8 {
    let scene = machine.scene(state, present);
    let mut set =
        (0..machine.len()).fold(0, |set, copy| match machine.position(state, copy).want {
            Want::Lock { .. } => set | 1 << copy,
            Want::Wait { fence } if !scene.allows(Want::Wait { fence }) => set | 1 << copy,
            _ => set,
        });
    loop {
        let smaller = members(set)
            .filter(|copy| cause(machine, state, set, *copy).is_some())
            .fold(0, |kept, copy| kept | 1 << copy);
        if smaller == set {
            return set;
        }
        set = smaller;
    }
}

/// Why a copy that wants something cannot have it as long as nobody in the set moves.
fn cause(machine: &Machine, state: State, set: u8, copy: usize) -> Option<Cause> {
    let names = |copies: Vec<usize>| copies.into_iter().map(|copy| name(machine, copy)).collect();
    let holding = |bits: &dyn Fn(usize) -> u8, lock: LockId| -> Vec<usize> {
        members(set)
            .filter(|copy| bits(*copy) & lock.bit() != 0)
            .collect()
    };
    let exclusive = |copy: usize| machine.position(state, copy).exclusive;
    let read = |copy: usize| machine.position(state, copy).read;
    match machine.position(state, copy).want {
        Want::Lock { lock, mode } => {
            let mut holders = holding(&exclusive, lock);
            let mut behind = None;
            if mode == Mode::Exclusive {
                holders.extend(
                    holding(&read, lock)
                        .iter()
                        .filter(|reader| exclusive(**reader) & lock.bit() == 0),
                );
            } else if mode == Mode::Read && holders.is_empty() {
                behind = writer(machine, state, set, lock);
                if behind.is_some() {
                    holders = holding(&read, lock);
                }
            }
            (!holders.is_empty()).then(|| Cause::Lock {
                lock,
                holders: names(holders),
                behind,
            })
        }
        Want::Wait { fence } => {
            let expected = machine.expected(state);
            let signallers: Vec<usize> = members(expected)
                .filter(|copy| machine.signals[copy / machine.copies] & fence.bit() != 0)
                .collect();
            let stuck = |copy: &usize| {
                set & (1 << copy) != 0
                    && machine.position(state, *copy).signalled & fence.bit() == 0
            };
            (!signallers.is_empty() && signallers.iter().all(stuck)).then(|| Cause::Fence {
                fence,
                signallers: names(signallers),
            })
        }
        Want::Try { .. } | Want::Open | Want::End => None,
    }
}

/// A writer that can be waiting for the readers of a lock.
fn writer(machine: &Machine, state: State, set: u8, lock: LockId) -> Option<Writer> {
    let wants = |copy: &usize| {
        machine.position(state, *copy).want
            == Want::Lock {
                lock,
                mode: Mode::Exclusive,
            }
    };
    match members(set).find(wants) {
        Some(copy) => Some(Writer::Program(name(machine, copy))),
        None if machine.environment_writers => Some(Writer::Environment),
        None => None,
    }
}

/// One stuck copy and all those its being stuck rests on.
fn core(machine: &Machine, state: State, stuck: u8) -> u8 {
    // A copy that has moved makes the better start of a story.
    let first = members(stuck).max_by_key(|copy| (state[*copy] > 0, machine.len() - copy));
    let mut core = first.map_or(0, |copy| 1 << copy);
    loop {
        let grown = members(core)
            .filter_map(|copy| cause(machine, state, stuck, copy))
            .fold(core, |grown, cause| {
                let (mut runs, writer) = match cause {
                    Cause::Lock {
                        holders, behind, ..
                    } => (holders, behind),
                    Cause::Fence { signallers, .. } => (signallers, None),
                };
                if let Some(Writer::Program(writer)) = writer {
                    runs.push(writer);
                }
                runs.iter().fold(grown, |grown, run| {
                    grown | 1 << (run.thread * machine.copies + run.copy)
                })
            });
        if grown == core {
            return core;
        }
        core = grown;
    }
}

/// The moves as steps. What a thread does before its first position has to stand somewhere: it comes first. A copy that is present
/// without having moved is there for just that.
fn steps(machine: &Machine, moves: &[(usize, Move)], present: u8, core: u8) -> Vec<TraceStep> {
    let mut steps = Vec::new();
    for copy in members(present | core).filter(|copy| *copy < machine.len()) {
        let first = machine.threads[copy / machine.copies][0].step;
        steps.extend((0..first).map(|step| TraceStep {
            run: name(machine, copy),
            step,
            gave_up: false,
        }));
    }
    for (copy, by) in moves.iter().filter(|(copy, _)| present & (1 << copy) != 0) {
        let positions = &machine.threads[usize::from(by.thread)];
        let from = positions[usize::from(by.from)].step;
        let to = if by.gave_up {
            from + 1
        } else {
            positions[usize::from(by.from) + 1].step
        };
        steps.extend((from..to).map(|step| TraceStep {
            run: name(machine, *copy),
            step,
            gave_up: by.gave_up,
        }));
    }
    steps
}

fn name(machine: &Machine, copy: usize) -> Run {
    Run {
        thread: copy / machine.copies,
        copy: copy % machine.copies,
    }
}

fn members(set: u8) -> impl Iterator<Item = usize> {
    (0..8).filter(move |copy| set & (1 << copy) != 0)
}
