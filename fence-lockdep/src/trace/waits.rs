//! Threads that really block, and those that let them go on.

use std::panic::Location;

use super::WAIT;
use super::hearing::{hears, task, tell};
use crate::check::{Waits, session};

/// The calling thread blocks from here on, under a number of its own.
pub(crate) fn blocks(wait: u64, on: Waits<'_>, at: &'static Location<'static>) {
    if !hears().moves {
        return;
    }
    let (event, instance) = match on {
        Waits::Lock(identity) => (None, Some(identity.instance().0)),
        Waits::Event { event, .. } | Waits::End { event } => (Some(event), None),
    };
    tell(|| {
        tracing::trace!(
            target: WAIT,
            op = "block",
            wait,
            what = on.what(),
            event,
            instance,
            session = session(),
            task = task(),
            file = at.file(),
            line = at.line(),
        );
    });
}

/// The calling thread, which blocked under this number, goes on.
pub(crate) fn unblocks(wait: u64) {
    if hears().moves {
        tell(|| tracing::trace!(target: WAIT, op = "unblock", wait, task = task()));
    }
}

/// The calling thread lets one go on that blocks for this event.
pub(crate) fn wakes(event: u64) {
    if hears().moves {
        tell(|| tracing::trace!(target: WAIT, op = "wake", event, task = task()));
    }
}
