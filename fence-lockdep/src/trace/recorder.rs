//! The engine of a runtime, which writes down what it is fed as long as somebody listens.

use std::mem;
use std::ops::{Deref, DerefMut};

use fence_engine::{Engine, Event, Site, TaskId};

use super::moves::Move;

/// An engine. To be fed by way of this, and otherwise as it is.
#[derive(Debug)]
pub(crate) struct Recorder {
    engine: Engine,
    /// None if nobody listens.
    moves: Option<Vec<Move>>,
}

impl Recorder {
    /// One to which nobody listens.
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            moves: None,
        }
    }

    /// As [`Engine::feed`].
    pub(crate) fn feed(&mut self, task: TaskId, event: Event, site: Site) {
        if let Some(moves) = &mut self.moves {
            // Before the engine hears of it, which may forget what it is about.
            moves.extend(Move::of(&self.engine, event, site));
        }
        self.engine.feed(task, event, site);
    }

    /// Somebody listens from here on, or nobody. Gives what was fed meanwhile.
    pub(super) fn listen(&mut self, listens: bool) -> Vec<Move> {
        mem::replace(&mut self.moves, listens.then(Vec::new)).unwrap_or_default()
    }
}

impl Deref for Recorder {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl DerefMut for Recorder {
    fn deref_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }
}
