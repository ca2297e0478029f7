//! One thread followed step by step: what it holds and how many sections are open. It runs alone; nothing blocks here.

use super::program::{LockId, Mode, Step};

/// One acquisition that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Acquisition {
    /// The step that acquired it.
    pub(super) step: usize,
    /// The lock.
    pub(super) lock: LockId,
    /// Its mode.
    pub(super) mode: Mode,
    /// Whether a trylock acquired it.
    pub(super) try_: bool,
}

/// The state of one thread between two of its steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    held: Vec<Acquisition>,
    depth: usize,
}

impl Walk {
    /// What is held, oldest first.
    pub(super) fn held(&self) -> &[Acquisition] {
        &self.held
    }

    /// How many sections are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether a lock is held in any mode.
    pub(super) fn holds(&self, lock: LockId) -> bool {
        self.held.iter().any(|held| held.lock == lock)
    }

    /// The locks held, as a set: those held exclusively, those held for reading.
    pub(super) fn sets(&self) -> (u8, u8) {
        self.held.iter().fold((0, 0), |(exclusive, read), held| {
            if held.mode.is_read() {
                (exclusive, read | held.lock.bit())
            } else {
                (exclusive | held.lock.bit(), read)
            }
        })
    }

    /// Goes over a step that succeeds. Releases and section ends without a partner are ignored.
    pub(super) fn pass(&mut self, step: usize, what: Step) {
        match what {
            Step::Lock { lock, mode, try_ } => self.held.push(Acquisition {
                step,
                lock,
                mode,
                try_,
            }),
            Step::Unlock { lock } => {
                if let Some(at) = self.held.iter().rposition(|held| held.lock == lock) {
                    self.held.remove(at);
                }
            }
            Step::SectionBegin => self.depth += 1,
            Step::SectionEnd => self.depth = self.depth.saturating_sub(1),
            Step::Signal { .. } | Step::Wait { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_takes_the_newest_acquisition_of_the_lock() {
        let lock = LockId(0);
        let mut walk = Walk::default();
        walk.pass(
            0,
            Step::Lock {
                lock,
                mode: Mode::Exclusive,
                try_: false,
            },
        );
        walk.pass(
            1,
            Step::Lock {
                lock,
                mode: Mode::Read,
                try_: false,
            },
        );
        assert_eq!(walk.sets(), (1, 1));
        walk.pass(2, Step::Unlock { lock });
        assert_eq!(walk.sets(), (1, 0));
        walk.pass(3, Step::Unlock { lock });
        assert!(!walk.holds(lock));
    }
}
