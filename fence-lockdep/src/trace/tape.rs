//! One visit to an engine, written down there and told of when nothing is locked any more.

use fence_engine::Finding;

use super::findings::findings;
use super::hearing::{Hears, hears, task, tell};
use super::moves::Move;
use crate::check::Asked;

/// What happens in one visit to an engine, for those who listen.
#[derive(Debug)]
pub(crate) struct Tape {
    hears: Hears,
    session: u32,
    moves: Vec<Move>,
    /// What was found, where nobody else will tell of it now.
    found: Vec<Finding>,
}

impl Tape {
    /// For a visit that begins. Nothing of the checker may be borrowed or locked here.
    pub(crate) fn new() -> Self {
        Self {
            hears: hears(),
            session: 0,
            moves: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Whether somebody wants to hear of every lock that is taken.
    pub(crate) fn hears_locks(&self) -> bool {
        self.hears.locks
    }

    /// The visit itself.
    pub(crate) fn record<T>(&mut self, asked: &mut Asked, what: impl FnOnce(&mut Asked) -> T) -> T {
        if !self.hears.findings {
            return what(asked);
        }
        let found_before = asked.engine.findings().len();
        asked.engine.listen(self.hears.moves);
        let result = what(asked);
        self.moves = asked.engine.listen(false);
        for shown in &mut self.moves {
            shown.name_section(&asked.sections);
        }
        self.session = asked.number;
        // Those of the process are told of where it is decided which of them count.
        if self.session != 0 {
            let found = asked.engine.findings().get(found_before..);
            self.found = found.unwrap_or_default().to_vec();
        }
        result
    }

    /// Tells of it. Nothing of the checker may be borrowed or locked here.
    pub(crate) fn play(&self) {
        if !self.moves.is_empty() {
            tell(|| {
                let task = task();
                for shown in &self.moves {
                    shown.emit(self.session, &task);
                }
            });
        }
        if !self.found.is_empty() {
            findings(self.session, &self.found);
        }
    }
}
