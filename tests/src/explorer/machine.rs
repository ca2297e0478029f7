//! A program made ready to run: what each copy wants, who can have it, and what follows.
//!
//! It knows single moves only; [`super::search`] strings them together and says why these moves are enough.

use super::positions::{Position, Want, positions};
use super::program::{Mode, Program, Step};
use super::search::{MAX_COPIES, Options, Publication};

/// Where every copy stands: an index into the positions of its thread. Copies of one thread are neighbours.
pub(super) type State = [u8; MAX_COPIES];

/// A program made ready to run.
pub(super) struct Machine {
    pub(super) threads: Vec<Vec<Position>>,
    pub(super) copies: usize,
    pub(super) environment_writers: bool,
    /// Per thread: the fences it signals.
    pub(super) signals: Vec<u8>,
    /// Fences published before anything runs.
    published: u8,
    /// Fences nobody in the program signals: signalled from outside.
    foreign: u8,
}

/// What the copies of a state hold, want and have done, together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scene {
    exclusive: u8,
    read: u8,
    /// Locks some copy wants exclusively and would queue for.
    writers: u8,
    published: u8,
    signalled: u8,
}

/// One move of one copy, as recorded on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) thread: u8,
    pub(super) from: u8,
    pub(super) gave_up: bool,
}

impl Machine {
    pub(super) fn new(program: &Program, options: &Options) -> Self {
        let signals: Vec<u8> = program
            .threads
            .iter()
            .map(|steps| {
                steps.iter().fold(0, |set, step| match step {
                    Step::Signal { fence } => set | fence.bit(),
                    _ => set,
                })
            })
            .collect();
        let own = signals.iter().fold(0, |all, set| all | set);
        Self {
            threads: program
                .threads
                .iter()
                .map(|steps| positions(steps, options.publication))
                .collect(),
            copies: options.copies,
            environment_writers: options.environment_writers,
            signals,
            published: match options.publication {
                Publication::Beforehand => u8::MAX,
                Publication::AtSection => !own,
            },
            foreign: !own,
        }
    }

    /// How many copies there are in all.
    pub(super) fn len(&self) -> usize {
        self.threads.len() * self.copies
    }

    /// Where a copy stands.
    pub(super) fn position(&self, state: State, copy: usize) -> &Position {
        // In range: copies are numbered below `len`, and a state never points past the end of a thread.
        &self.threads[copy / self.copies][usize::from(state[copy])]
    }

    /// What the copies of a set (bit = copy) hold, want and have done.
    pub(super) fn scene(&self, state: State, present: u8) -> Scene {
        let mut scene = Scene {
            published: self.published,
            signalled: self.foreign,
            ..Scene::default()
        };
        for copy in (0..self.len()).filter(|copy| present & (1 << copy) != 0) {
            let at = self.position(state, copy);
            scene.exclusive |= at.exclusive;
            scene.read |= at.read;
            scene.published |= at.published;
            scene.signalled |= at.signalled;
            if let Want::Lock {
                lock,
                mode: Mode::Exclusive,
            } = at.want
            {
                scene.writers |= lock.bit();
            }
        }
        scene
    }

    /// Whether nobody with such a want can move if every writer queues that can.
    fn blocked(&self, want: Want, scene: Scene) -> bool {
        match want {
            Want::Lock {
                lock,
                mode: Mode::Read,
            } if scene.read & lock.bit() != 0 => {
                self.environment_writers || (scene.exclusive | scene.writers) & lock.bit() != 0
            }
            Want::Lock { .. } | Want::Wait { .. } => !scene.allows(want),
            Want::Try { .. } | Want::Open | Want::End => false,
        }
    }

    /// The copies that must be reckoned with: those that have moved and, of a thread without such a copy, one. Nobody can
    /// rely on the others ever starting.
    pub(super) fn expected(&self, state: State) -> u8 {
        (0..self.len())
            .filter(|copy| {
                let first = copy / self.copies * self.copies;
                let unstarted = |other: usize| state[other] == 0;
                !unstarted(*copy) || *copy == first && (first..first + self.copies).all(unstarted)
            })
            .fold(0, |set, copy| set | 1 << copy)
    }

    /// Whether some copy is stuck if no other is started that is not owed.
    pub(super) fn is_hang(&self, state: State, scene: Scene) -> bool {
        let expected = self.expected(state);
        let mut unfinished = false;
        for copy in (0..self.len()).filter(|copy| expected & (1 << copy) != 0) {
            match self.position(state, copy).want {
                Want::End => {}
                want if self.blocked(want, scene) => unfinished = true,
                _ => return false,
            }
        }
        unfinished
    }

    /// Hands over every state one move away. A wait that is only passed goes alone.
    pub(super) fn successors(
        &self,
        state: State,
        scene: Scene,
        mut found: impl FnMut(State, Move),
    ) {
        let passing = |copy: &usize| match self.position(state, *copy).want {
            Want::Wait { fence } => state[*copy] > 0 && scene.signalled & fence.bit() != 0,
            _ => false,
        };
        if let Some(copy) = (0..self.len()).find(passing) {
            self.go(state, copy, false, &mut found);
            return;
        }
        for copy in 0..self.len() {
            // The next copy of the same thread at the same place would do the same.
            if copy % self.copies > 0 && state[copy] == state[copy - 1] {
                continue;
            }
            let want = self.position(state, copy).want;
            if scene.allows(want) {
                self.go(state, copy, false, &mut found);
            }
            if matches!(want, Want::Try { .. }) {
                self.go(state, copy, true, &mut found);
            }
        }
    }

    fn go(&self, state: State, copy: usize, gave_up: bool, found: &mut impl FnMut(State, Move)) {
        let thread = copy / self.copies;
        let by = Move {
            thread: thread as u8,
            from: state[copy],
            gave_up,
        };
        let mut state = state;
        state[copy] = self.after(thread, by);
        state[thread * self.copies..(thread + 1) * self.copies].sort_unstable();
        found(state, by);
    }

    /// Where a move leads.
    pub(super) fn after(&self, thread: usize, by: Move) -> u8 {
        if by.gave_up {
            (self.threads[thread].len() - 1) as u8
        } else {
            by.from + 1
        }
    }
}

impl Scene {
    /// Whether a copy with such a want can move if no writer is waiting.
    pub(super) fn allows(self, want: Want) -> bool {
        match want {
            Want::Lock { lock, mode } | Want::Try { lock, mode } => {
                let excluders = if mode.is_read() {
                    self.exclusive
                } else {
                    self.exclusive | self.read
                };
                excluders & lock.bit() == 0
            }
            Want::Wait { fence } => (self.signalled | !self.published) & fence.bit() != 0,
            Want::Open => true,
            Want::End => false,
        }
    }
}
