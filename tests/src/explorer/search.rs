//! The exploration: every state a program can reach, until one of them is a hang.
//!
//! How a hang is told afterwards is the business of [`super::trace`].
//!
//! # Why it is enough to look for states in which nobody moves
//!
//! A copy only ever goes forward, so every run ends: either all copies that were started have finished or the rest is blocked for ever. If some started
//! copy cannot finish in any continuation, run the others as far as they go, without starting more copies than are owed; the state where they
//! stop is one in which no unfinished copy can move. Conversely every unfinished copy of such a state is stuck.
//!
//! "Not started" and "before its first position" are told apart only by what is owed (`Machine::expected`): a thread none of whose copies has moved
//! will be run once, any other copy that has not moved can stay away.
//!
//! # Why waiting writers are no part of the state
//!
//! A waiting writer only takes away moves: it stops readers on a lock that is held for reading. Every state that is reached with
//! writers waiting is therefore reached without, and in a state where nobody can move but some readers, and those would have to overtake a
//! writer, that writer can have queued at the very last moment. So reads overtake while exploring, and do not in the question "can anybody move?".
//!
//! # Reductions
//!
//! Steps that cannot block are taken at once (`positions.rs`). The copies of one thread are interchangeable, so states that differ only
//! by their exchange are one. A wait of a started copy for a signalled fence changes nothing for anybody and stays possible: it goes first, alone.
//! The tests repeat the decision from the bare definition (`by_definition.rs`).

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::machine::{Machine, Move, State};
use super::program::{Program, ProgramError};
use super::trace::{Trace, tell};

/// Most copies in all: threads times [`Options::copies`].
pub const MAX_COPIES: usize = 8;

/// From when on a fence can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Publication {
    /// From before anything runs.
    #[default]
    Beforehand,
    /// From the opening of the outermost section that signals it; earlier waits pass.
    AtSection,
}

/// What the exploration assumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Options {
    /// How often every thread runs at once.
    pub copies: usize,
    /// Whether somebody outside may queue for writing on any lock held for reading.
    pub environment_writers: bool,
    /// From when on fences can be waited for.
    pub publication: Publication,
    /// The number of states after which the exploration gives up with an error.
    pub max_states: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            copies: 2,
            environment_writers: true,
            publication: Publication::Beforehand,
            max_states: 4_000_000,
        }
    }
}

/// What the exploration found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// One way to hang, if there is any.
    pub deadlock: Option<Trace>,
    /// How many states were looked at; the count stops at the first hang.
    pub states: usize,
}

/// Why a program could not be explored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExploreError {
    /// The program is not well formed.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// No copies, or more than [`MAX_COPIES`] in all.
    #[error("{threads} threads times {copies} copies: 1 to {MAX_COPIES} in all can be explored")]
    Copies {
        /// Threads of the program.
        threads: usize,
        /// Copies of each.
        copies: usize,
    },
    /// [`Options::max_states`] was reached without a hang.
    #[error("gave up after {0} states")]
    TooManyStates(usize),
}

/// Runs a program in every possible order.
///
/// ```
/// use fence_tests::explorer::{Options, Program, explore};
///
/// let program: Program = "wA wB -B -A | wB wA -A -B".parse()?;
/// let verdict = explore(&program, &Options::default())?;
/// assert!(verdict.deadlock.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ExploreError`]: the program is malformed or too large.
pub fn explore(program: &Program, options: &Options) -> Result<Verdict, ExploreError> {
    program.check()?;
    let threads = program.threads.len();
    if options.copies == 0 || threads.saturating_mul(options.copies) > MAX_COPIES {
        return Err(ExploreError::Copies {
            threads,
            copies: options.copies,
        });
    }
    Machine::new(program, options).search(options.max_states)
}

struct Node {
    state: State,
    parent: usize,
    by: Move,
}

impl Machine {
    /// Breadth first, so that the first hang found has the fewest moves.
    fn search(&self, max_states: usize) -> Result<Verdict, ExploreError> {
        let mut seen: HashSet<u64, BuildHasherDefault<Mix>> = HashSet::default();
        let root = State::default();
        seen.insert(u64::from_le_bytes(root));
        let mut nodes = vec![Node {
            state: root,
            parent: 0,
            by: Move {
                thread: 0,
                from: 0,
                gave_up: false,
            },
        }];
        let mut next = 0;
        while let Some(node) = nodes.get(next) {
            let state = node.state;
            let scene = self.scene(state, u8::MAX);
            if self.is_hang(state, scene) {
                let deadlock = tell(self, &moves(&nodes, next));
                return Ok(Verdict {
                    deadlock,
                    states: nodes.len(),
                });
            }
            self.successors(state, scene, |state, by| {
                if seen.insert(u64::from_le_bytes(state)) {
                    nodes.push(Node {
                        state,
                        parent: next,
                        by,
                    });
                }
            });
            if nodes.len() > max_states {
                return Err(ExploreError::TooManyStates(nodes.len()));
            }
            next += 1;
        }
        Ok(Verdict {
            deadlock: None,
            states: nodes.len(),
        })
    }
}

/// The moves from the first node to this one.
fn moves(nodes: &[Node], last: usize) -> Vec<Move> {
    let mut moves = Vec::new();
    let mut at = last;
    while at > 0 {
        moves.push(nodes[at].by);
        at = nodes[at].parent;
    }
    moves.reverse();
    moves
}

/// A hasher for states, which are single numbers: one multiplication, halves folded.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, options: &Options) -> Result<Verdict, ExploreError> {
        explore(&text.parse().expect("readable"), options)
    }

    #[test]
    fn a_malformed_program_is_refused() {
        let error = run("wA", &Options::default()).expect_err("the lock stays held");
        assert_eq!(
            error,
            ExploreError::Program(ProgramError::Unbalanced { thread: 0 })
        );
    }

    #[test]
    fn more_copies_than_fit_are_refused() {
        let options = Options {
            copies: 3,
            ..Options::default()
        };
        let error = run("wA -A | wA -A | wA -A", &options).expect_err("nine copies");
        assert_eq!(
            error,
            ExploreError::Copies {
                threads: 3,
                copies: 3
            }
        );
        let options = Options {
            copies: 0,
            ..Options::default()
        };
        assert!(run("wA -A", &options).is_err());
    }

    #[test]
    fn the_exploration_gives_up_at_its_limit() {
        let options = Options {
            max_states: 3,
            ..Options::default()
        };
        let error = run("wA -A | wB -B", &options).expect_err("nine states");
        assert!(matches!(error, ExploreError::TooManyStates(_)));
    }

    #[test]
    fn states_are_counted_up_to_exchange_of_copies() {
        // One thread, positions: before wA, end. Two copies: both before, one of them ended, both ended.
        let verdict = run("wA -A", &Options::default()).expect("explored");
        assert_eq!(
            verdict,
            Verdict {
                deadlock: None,
                states: 3
            }
        );
        // A and B: (before wA | before wB | end) for two copies gives 6 pairs; both before wB would both hold A, so 5.
        let verdict = run("wA wB -B -A", &Options::default()).expect("explored");
        assert_eq!(
            verdict,
            Verdict {
                deadlock: None,
                states: 5
            }
        );
    }
}
