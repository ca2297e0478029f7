//! Whether somebody listens, and that what happens while they are told is not told in turn.

use std::cell::Cell;

use tracing::Level;
use tracing::callsite::{DefaultCallsite, Identifier};
use tracing::field::FieldSet;
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::metadata::{Kind, Metadata};

use super::{FENCE, LOCK, SECTION, WAIT, WORK};
use crate::check;

thread_local! {
    /// Somebody is told of something by this thread right now.
    static TELLS: Cell<bool> = const { Cell::new(false) };
}

/// What somebody in the process may want to hear.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hears {
    pub(super) findings: bool,
    /// Anything else.
    pub(super) moves: bool,
    pub(super) locks: bool,
}

/// Whether any subscriber wants events of level TRACE of this target.
///
/// Not `tracing::enabled!`: asked without an event that follows, it makes layers with filters of their own lose the next
/// event of somebody else.
macro_rules! is_heard {
    ($target:expr) => {{
        static CALLSITE: DefaultCallsite = DefaultCallsite::new(&METADATA);
        static METADATA: Metadata<'static> = Metadata::new(
            "is heard",
            $target,
            Level::TRACE,
            None,
            None,
            None,
            FieldSet::new(&[], Identifier(&CALLSITE)),
            Kind::HINT,
        );
        !CALLSITE.interest().is_never()
    }};
}

/// What there is to hear now. Nothing while somebody is told, and nothing of a thread whose storage is being torn down, as
/// the subscriber may have had its own there.
///
/// Subscribers are asked the first time, so that nothing of the checker may be borrowed or locked.
pub(super) fn hears() -> Hears {
    let level = LevelFilter::current().min(STATIC_MAX_LEVEL);
    if level == LevelFilter::OFF || TELLS.get() || check::is_ending() {
        return Hears::default();
    }
    let mut hears = Hears {
        findings: true,
        ..Hears::default()
    };
    if level >= LevelFilter::TRACE {
        tell(|| {
            hears.locks = is_heard!(LOCK);
            hears.moves = hears.locks
                || is_heard!(SECTION)
                || is_heard!(WAIT)
                || is_heard!(WORK)
                || is_heard!(FENCE);
        });
    }
    hears
}

/// Emits events, unless that is what the thread does already: what a subscriber does when it is told of one is its own.
pub(super) fn tell(what: impl FnOnce()) {
    if TELLS.replace(true) {
        return;
    }
    let _told = Told;
    let _outside = check::outside();
    what();
}

struct Told;

impl Drop for Told {
    fn drop(&mut self) {
        TELLS.set(false);
    }
}

/// The name of the calling thread.
pub(super) fn task() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("thread").to_owned()
}
