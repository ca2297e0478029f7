//! A thread cut at the steps where an order of events can matter.
//!
//! A release, a signal and the end of a section never wait, and the earlier they happen the less others wait, so a copy takes
//! them at once after the step before them: a hang in which a copy stands before one of them can be continued to a hang in which it has
//! passed. What remains are the *positions*: before an acquisition, before a wait, before the opening of a section that
//! publishes a fence (which can make somebody wait), and the end. They follow each other in a line, so one number says where a
//! copy is, what it holds and what it has signalled.

use super::program::{FenceId, LockId, Mode, Step};
use super::search::Publication;
use super::walk::Walk;

/// What a copy at a position does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Acquire, blocking.
    Lock { lock: LockId, mode: Mode },
    /// Acquire by trylock.
    Try { lock: LockId, mode: Mode },
    /// Wait for a fence.
    Wait { fence: FenceId },
    /// Open a section that publishes fences.
    Open,
    /// Nothing: the copy has ended.
    End,
}

/// A place in a thread where a copy can be found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    /// The step that comes next; the number of steps at the end.
    pub(super) step: usize,
    /// What that step does.
    pub(super) want: Want,
    /// Locks held exclusively here.
    pub(super) exclusive: u8,
    /// Locks held for reading here.
    pub(super) read: u8,
    /// Fences this thread has published by here.
    pub(super) published: u8,
    /// Fences this thread has signalled by here.
    pub(super) signalled: u8,
}

/// The positions of a well-formed thread; the last one is its end.
pub(super) fn positions(steps: &[Step], publication: Publication) -> Vec<Position> {
    let mut positions = Vec::new();
    let mut walk = Walk::default();
    let mut published = 0;
    let mut signalled = 0;
    for (step, what) in steps.iter().enumerate() {
        let opens = match (publication, what) {
            (Publication::AtSection, Step::SectionBegin) if walk.depth() == 0 => {
                signalled_in_section(steps.get(step..).unwrap_or_default())
            }
            _ => 0,
        };
        let want = match *what {
            Step::Lock {
                lock,
                mode,
                try_: false,
            } => Some(Want::Lock { lock, mode }),
            Step::Lock {
                lock,
                mode,
                try_: true,
            } => Some(Want::Try { lock, mode }),
            Step::Wait { fence } => Some(Want::Wait { fence }),
            Step::SectionBegin if opens & !published != 0 => Some(Want::Open),
            _ => None,
        };
        if let Some(want) = want {
            let (exclusive, read) = walk.sets();
            positions.push(Position {
                step,
                want,
                exclusive,
                read,
                published,
                signalled,
            });
        }
        published |= opens;
        if let Step::Signal { fence } = what {
            signalled |= fence.bit();
        }
        walk.pass(step, *what);
    }
    // A copy that gives up signals whatever its thread signals, so both ways to end look the same.
    positions.push(Position {
        step: steps.len(),
        want: Want::End,
        exclusive: 0,
        read: 0,
        published,
        signalled,
    });
    positions
}

/// The fences signalled from an opening of a section to the end of that section.
fn signalled_in_section(steps: &[Step]) -> u8 {
    let mut depth = 0_usize;
    let mut fences = 0;
    for step in steps {
        match step {
            Step::SectionBegin => depth += 1,
            Step::SectionEnd => depth = depth.saturating_sub(1),
            Step::Signal { fence } => fences |= fence.bit(),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    fences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::Program;

    fn steps_of(text: &str, publication: Publication) -> Vec<usize> {
        let program: Program = text.parse().expect("readable");
        positions(&program.threads[0], publication)
            .iter()
            .map(|position| position.step)
            .collect()
    }

    #[test]
    fn only_acquisitions_waits_and_the_end_are_positions() {
        // Steps 0 wA, 1 {, 2 wB, 3 -B, 4 !f, 5 }, 6 -A, 7 ?g, then the end.
        assert_eq!(
            steps_of("wA { wB -B !f } -A ?g", Publication::Beforehand),
            [0, 2, 7, 8]
        );
    }

    #[test]
    fn a_section_that_publishes_is_a_position_of_its_own() {
        assert_eq!(
            steps_of("wA { { !f } } -A", Publication::AtSection),
            [0, 1, 7]
        );
        assert_eq!(
            steps_of("{ wA -A } { !f }", Publication::AtSection),
            [1, 4, 7],
            "the first publishes nothing"
        );
        assert_eq!(
            steps_of("{ !f } { !f }", Publication::AtSection),
            [0, 6],
            "nothing new in the second"
        );
    }
}
