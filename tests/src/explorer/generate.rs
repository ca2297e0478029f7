//! Random programs, biased towards those where something can go wrong: nested locks, gates around them, waits under locks, sections
//! that take locks. The same seed and shape give the same program for ever.
//!
//! Every fence has exactly one thread that signals it (rule S-09), in a section; a thread may wait for any fence.

use super::program::{FenceId, LockId, Mode, Program, Step};
use super::random::Random;

/// What kind of programs to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Fewest and most threads.
    pub threads: (usize, usize),
    /// Most locks.
    pub locks: usize,
    /// Most fences.
    pub fences: usize,
    /// About how many steps a thread has.
    pub steps: usize,
    /// How many locks out of a hundred have readers.
    pub readers: u8,
    /// How many acquisitions out of a hundred are trylocks.
    pub tries: u8,
    /// In how many programs out of a hundred some threads run under a common gate lock.
    pub gates: u8,
    /// How many acquisitions out of a hundred may take a lock the thread holds already.
    pub recursion: u8,
    /// How many waits out of a hundred may be for a fence the thread signals itself.
    pub own_waits: u8,
}

impl Shape {
    /// Two to four threads of about eight steps, four locks, two fences, a little of everything.
    pub const DEFAULT: Self = Self {
        threads: (2, 4),
        locks: 4,
        fences: 2,
        steps: 8,
        readers: 50,
        tries: 12,
        gates: 25,
        recursion: 4,
        own_waits: 6,
    };
}

impl Default for Shape {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Makes the program of a seed. It is well formed as long as the shape is within the limits of [`Program`].
pub fn generate(seed: u64, shape: &Shape) -> Program {
    let mut random = Random::new(seed);
    let (fewest, most) = shape.threads;
    let threads = fewest + random.below(most.saturating_sub(fewest) + 1);
    let locks = (0..shape.locks.min(
        1 + random
            .below(shape.locks.max(1))
            .max(random.below(shape.locks.max(1))),
    ))
        .map(|lock| (LockId(lock as u8), random.percent(shape.readers)))
        .collect::<Vec<_>>();
    let fences: Vec<(FenceId, usize)> = (0..random
        .below(shape.fences + 1)
        .max(random.below(shape.fences + 1)))
        .map(|fence| (FenceId(fence as u8), random.below(threads)))
        .collect();
    let gate = if random.percent(shape.gates) {
        random.pick(&locks)
    } else {
        None
    };
    let threads = (0..threads)
        .map(|thread| {
            let writer = Writer {
                random: &mut random,
                shape,
                locks: &locks,
                others: fences
                    .iter()
                    .filter(|(_, by)| *by != thread)
                    .map(|(fence, _)| *fence)
                    .collect(),
                own: fences
                    .iter()
                    .filter(|(_, by)| *by == thread)
                    .map(|(fence, _)| *fence)
                    .collect(),
                unsignalled: fences
                    .iter()
                    .filter(|(_, by)| *by == thread)
                    .map(|(fence, _)| *fence)
                    .collect(),
                steps: Vec::new(),
                held: Vec::new(),
                open: 0,
            };
            writer.write(gate.map(|(lock, _)| lock))
        })
        .collect();
    Program { threads }
}

/// One thread being written.
struct Writer<'a> {
    random: &'a mut Random,
    shape: &'a Shape,
    /// The locks, and whether each has readers.
    locks: &'a [(LockId, bool)],
    others: Vec<FenceId>,
    own: Vec<FenceId>,
    unsignalled: Vec<FenceId>,
    steps: Vec<Step>,
    held: Vec<LockId>,
    open: usize,
}

impl Writer<'_> {
    fn write(mut self, gate: Option<LockId>) -> Vec<Step> {
        let gate = gate.filter(|_| self.random.percent(75));
        if let Some(lock) = gate {
            self.acquire(lock, Mode::Exclusive, false);
        }
        // Drivers open the section early; otherwise most sections would open under locks.
        if !self.unsignalled.is_empty() && self.random.percent(45) {
            self.begin();
        }
        // What is open must be closed and what is to be signalled must be signalled within the budget too.
        while self.steps.len() + self.held.len() + self.open + self.unsignalled.len() + 2
            < self.shape.steps
        {
            self.something(gate);
        }
        self.finish();
        self.steps
    }

    fn something(&mut self, gate: Option<LockId>) {
        let busy = !self.held.is_empty() || self.open > 0;
        match self.random.below(100) {
            40..55 => self.unlock(gate),
            55..75 if busy || self.random.percent(30) => self.wait(),
            75..90 if self.open == 0 && !self.unsignalled.is_empty() => self.begin(),
            75..78 if self.open < 2 => self.begin(),
            78..90 => self.signal(),
            90..100
                if self.open > 0 && (self.unsignalled.is_empty() || self.random.percent(15)) =>
            {
                self.open -= 1;
                self.steps.push(Step::SectionEnd);
            }
            _ => self.lock(),
        }
    }

    fn lock(&mut self) {
        let again = self.random.percent(self.shape.recursion);
        let free: Vec<(LockId, bool)> = self
            .locks
            .iter()
            .copied()
            .filter(|(lock, _)| again || !self.held.contains(lock))
            .collect();
        let Some((lock, readers)) = self.random.pick(&free) else {
            self.unlock(None);
            return;
        };
        let mode = match self.random.below(10) {
            0..4 if readers => Mode::Read,
            4..7 if readers => Mode::RecursiveRead,
            _ => Mode::Exclusive,
        };
        let try_ = self.random.percent(self.shape.tries);
        self.acquire(lock, mode, try_);
    }

    fn acquire(&mut self, lock: LockId, mode: Mode, try_: bool) {
        self.held.push(lock);
        self.steps.push(Step::Lock { lock, mode, try_ });
    }

    /// Releases something, usually the newest; a gate stays to the end.
    fn unlock(&mut self, gate: Option<LockId>) {
        let bottom = usize::from(gate.is_some());
        let count = self.held.len().saturating_sub(bottom);
        if count == 0 {
            return;
        }
        let at = if self.random.percent(85) {
            self.held.len() - 1
        } else {
            bottom + self.random.below(count)
        };
        let lock = self.held.remove(at);
        self.steps.push(Step::Unlock { lock });
    }

    fn wait(&mut self) {
        let own = self.others.is_empty() || self.random.percent(self.shape.own_waits);
        // Threads that could only wait for themselves do so no more often than others.
        if own && (!self.others.is_empty() || self.random.percent(self.shape.own_waits)) {
            if let Some(fence) = self.random.pick(&self.own) {
                self.steps.push(Step::Wait { fence });
            }
        } else if let Some(fence) = self.random.pick(&self.others) {
            self.steps.push(Step::Wait { fence });
        }
    }

    fn begin(&mut self) {
        self.open += 1;
        self.steps.push(Step::SectionBegin);
    }

    fn signal(&mut self) {
        if self.open > 0 && !self.unsignalled.is_empty() {
            let at = self.random.below(self.unsignalled.len());
            let fence = self.unsignalled.remove(at);
            self.steps.push(Step::Signal { fence });
        }
    }

    /// Signals what is left and closes what is open, in any order that is well formed.
    fn finish(&mut self) {
        if !self.unsignalled.is_empty() && self.open == 0 {
            self.begin();
        }
        while !self.unsignalled.is_empty() || self.open > 0 || !self.held.is_empty() {
            match self.random.below(3) {
                0 => self.signal(),
                1 if self.open > 0 && self.unsignalled.is_empty() => {
                    self.open -= 1;
                    self.steps.push(Step::SectionEnd);
                }
                2 => self.unlock(None),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_program() {
        assert_eq!(generate(7, &Shape::DEFAULT), generate(7, &Shape::DEFAULT));
        assert_ne!(generate(7, &Shape::DEFAULT), generate(8, &Shape::DEFAULT));
    }

    #[test]
    fn every_program_is_well_formed_and_every_fence_is_signalled_once() {
        for seed in 0..2_000 {
            let program = generate(seed, &Shape::DEFAULT);
            assert_eq!(program.check(), Ok(()), "seed {seed}: {program}");
            for fence in program.fences() {
                let signal = Step::Signal { fence };
                let count = program
                    .threads
                    .iter()
                    .flatten()
                    .filter(|step| **step == signal)
                    .count();
                assert_eq!(count, 1, "seed {seed}: {program}");
            }
        }
    }

    #[test]
    fn interesting_things_are_common() {
        let programs: Vec<Program> = (0..1_000)
            .map(|seed| generate(seed, &Shape::DEFAULT))
            .collect();
        let share = |what: &dyn Fn(&[Step]) -> bool| {
            programs
                .iter()
                .filter(|program| program.threads.iter().any(|steps| what(steps)))
                .count()
        };
        let nested = |steps: &[Step]| {
            steps
                .windows(2)
                .any(|pair| matches!(pair, [Step::Lock { .. }, Step::Lock { .. }]))
        };
        assert!(share(&nested) > 700);
        assert!(share(&|steps| steps.iter().any(|step| matches!(step, Step::Wait { .. }))) > 400);
        assert!(
            share(&|steps| steps
                .iter()
                .any(|step| matches!(step, Step::Lock { try_: true, .. })))
                > 400
        );
        assert!(share(&|steps| steps.contains(&Step::SectionBegin)) > 500);
    }
}
