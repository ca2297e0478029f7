//! All tiny programs of two threads within given bounds, each once.
//!
//! Programs that differ only by the names of locks or, without a fence, by the order of the threads are one; the one listed has its locks
//! named in order of appearance.

use super::program::{FenceId, LockId, Mode, Program, Step};

/// The bounds of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiny {
    /// Number of locks, at most 8.
    pub locks: usize,
    /// Most acquisitions of a thread; they are nested or follow each other in every way in which releases match like brackets.
    pub acquisitions: usize,
    /// The modes to use.
    pub modes: Vec<Mode>,
    /// Whether each acquisition also occurs as a trylock.
    pub tries: bool,
    /// Whether the first thread signals a fence the second waits for. The section opens and the signal comes at
    /// every pair of places, the wait at every place.
    pub fence: bool,
}

impl Tiny {
    /// The programs, in a fixed order.
    pub fn programs(&self) -> impl Iterator<Item = Program> {
        let bodies = self.bodies();
        let (first, second) = if self.fence {
            (
                bodies.iter().flat_map(|body| with_section(body)).collect(),
                bodies.iter().flat_map(|body| with_wait(body)).collect(),
            )
        } else {
            (bodies.clone(), bodies)
        };
        let swap = !self.fence;
        pairs(first, second).filter(move |program| {
            *program == named_in_order(program)
                && (!swap || *program <= named_in_order(&swapped(program)))
        })
    }

    /// All balanced sequences of acquisitions and releases, the empty one left out.
    fn bodies(&self) -> Vec<Vec<Step>> {
        let mut bodies = Vec::new();
        self.extend(&mut Vec::new(), &mut Vec::new(), 0, &mut bodies);
        bodies
    }

    fn extend(
        &self,
        steps: &mut Vec<Step>,
        open: &mut Vec<LockId>,
        taken: usize,
        bodies: &mut Vec<Vec<Step>>,
    ) {
        if open.is_empty() && !steps.is_empty() {
            bodies.push(steps.clone());
        }
        if let Some(lock) = open.pop() {
            steps.push(Step::Unlock { lock });
            self.extend(steps, open, taken, bodies);
            steps.pop();
            open.push(lock);
        }
        if taken == self.acquisitions {
            return;
        }
        for lock in (0..self.locks).map(|lock| LockId(lock as u8)) {
            for mode in &self.modes {
                for try_ in [false, true].into_iter().take(1 + usize::from(self.tries)) {
                    steps.push(Step::Lock {
                        lock,
                        mode: *mode,
                        try_,
                    });
                    open.push(lock);
                    self.extend(steps, open, taken + 1, bodies);
                    open.pop();
                    steps.pop();
                }
            }
        }
    }
}

fn pairs(first: Vec<Vec<Step>>, second: Vec<Vec<Step>>) -> impl Iterator<Item = Program> {
    first.into_iter().flat_map(move |one| {
        let pair = |two: &Vec<Step>| Program {
            threads: vec![one.clone(), two.clone()],
        };
        second.iter().map(pair).collect::<Vec<_>>()
    })
}

fn with_section(body: &[Step]) -> Vec<Vec<Step>> {
    let mut threads = Vec::new();
    for begin in 0..=body.len() {
        for signal in begin..=body.len() {
            let mut steps = body[..begin].to_vec();
            steps.push(Step::SectionBegin);
            steps.extend_from_slice(&body[begin..signal]);
            steps.push(Step::Signal { fence: FenceId(0) });
            steps.push(Step::SectionEnd);
            steps.extend_from_slice(&body[signal..]);
            threads.push(steps);
        }
    }
    threads
}

fn with_wait(body: &[Step]) -> Vec<Vec<Step>> {
    (0..=body.len())
        .map(|wait| {
            let mut steps = body.to_vec();
            steps.insert(wait, Step::Wait { fence: FenceId(0) });
            steps
        })
        .collect()
}

fn swapped(program: &Program) -> Program {
    Program {
        threads: program.threads.iter().rev().cloned().collect(),
    }
}

/// The same program with its locks named in order of appearance.
fn named_in_order(program: &Program) -> Program {
    let mut order: Vec<LockId> = Vec::new();
    let mut name = |lock: LockId| {
        let at = order
            .iter()
            .position(|known| *known == lock)
            .unwrap_or_else(|| {
                order.push(lock);
                order.len() - 1
            });
        LockId(at as u8)
    };
    let mut step = |step: &Step| match *step {
        Step::Lock { lock, mode, try_ } => Step::Lock {
            lock: name(lock),
            mode,
            try_,
        },
        Step::Unlock { lock } => Step::Unlock { lock: name(lock) },
        other => other,
    };
    Program {
        threads: program
            .threads
            .iter()
            .map(|steps| steps.iter().map(&mut step).collect())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny(locks: usize, acquisitions: usize) -> Tiny {
        Tiny {
            locks,
            acquisitions,
            modes: vec![Mode::Exclusive],
            tries: false,
            fence: false,
        }
    }

    #[test]
    fn one_lock_and_one_acquisition_leave_one_program() {
        let programs: Vec<String> = tiny(1, 1)
            .programs()
            .map(|program| program.to_string())
            .collect();
        assert_eq!(programs, ["wA -A | wA -A"]);
    }

    #[test]
    fn two_locks_and_one_acquisition_leave_two_programs() {
        // Both threads take the same lock, or different ones; names and order do not count.
        let programs: Vec<String> = tiny(2, 1)
            .programs()
            .map(|program| program.to_string())
            .collect();
        assert_eq!(programs, ["wA -A | wA -A", "wA -A | wB -B"]);
    }

    #[test]
    fn a_fence_stands_at_every_place() {
        let bounds = Tiny {
            fence: true,
            ..tiny(1, 1)
        };
        // Body `wA -A` has 3 gaps: 6 pairs of places for section and signal, times 3 places for the wait.
        assert_eq!(bounds.programs().count(), 18);
        let abba: Program = "{ wA -A !f } | wA ?f -A".parse().expect("readable");
        assert!(bounds.programs().any(|program| program == abba));
    }

    #[test]
    fn programs_are_well_formed_and_listed_once() {
        let bounds = Tiny {
            modes: vec![Mode::Exclusive, Mode::Read],
            tries: true,
            ..tiny(2, 2)
        };
        let mut programs: Vec<Program> = bounds.programs().collect();
        let count = programs.len();
        // Bodies: 8 single, 2 x 64 of two acquisitions. Exchanging the names of the two locks or the threads joins
        // at most four pairs.
        assert!((136 * 136 / 4..136 * 136 / 2).contains(&count), "{count}");
        assert!(programs.iter().all(|program| program.check().is_ok()));
        programs.sort_unstable();
        programs.dedup();
        assert_eq!(programs.len(), count);
    }
}
