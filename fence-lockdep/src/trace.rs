//! What happens, as events of the crate [`tracing`]: for a log, for a test, or for a timeline (feature
//! `timeline`).
//!
//! A finding is an event of level ERROR, WARN or, if it is a note, INFO, as its own level is. All else is of level TRACE.
//! The field `op` says what happens:
//!
//! | target | `op` | more fields |
//! |---|---|---|
//! | [`FINDING`] | none; the message is the finding's | `rule`, `name`, `column` |
//! | [`LOCK`] | `acquire`, before it blocks or after it was tried; `release`, `downgrade`, `sync` | `class`, `instance`, and of an acquisition `mode`, `try` |
//! | [`SECTION`] | `begin`, `end` | `kind` (`signalling`, `reader`, `power`, `reclaim`, `notifier`, `callback`, `hardirq`, `softirq`), `name` |
//! | [`WAIT`] | `wait`, `wait_any_fence`, `wait_user`, `sync`: it is said that the thread waits; `complete`: that it ends such waits | `class` |
//! | | `block`, `unblock`: the thread really blocks, and no longer does | `wait`, a number of the two, `event` or `instance`, `what` |
//! | | `wake`: the thread lets one go on that blocks for this `event` | `event` |
//! | [`WORK`] | `queue`, `flush`, `cancel`, `flush_queue`, `begin`, `end` | `kind` (`work`, `timer`), `class`, `queue` |
//! | [`FENCE`] | `publish`, `signal`, `wait`, `poll`, `drop`, `lock`, `unlock` | `fence`, `name`, `timeline`, `seqno`, `error` |
//!
//! All have `task`, the name of the thread, and all but `unblock` and `wake` the number of the `session`, 0 for none. Where
//! the place is known `file` and `line` say it. An event is emitted by the thread that it is about.
//!
//! Findings of the process that do not [count](crate::options) are no events. Nor is what a thread does while its
//! thread-local storage is torn down, and what only the end of the process shows: there may be no subscriber any more.
//!
//! # What it costs
//! Nothing, if nobody listens: locks taken in a known order are not looked at. As long as somebody in the process may want
//! the events of [`LOCK`], each acquisition and release goes the long way past the engine. A thread notices a new listener
//! when it next goes that way: with a new order, with a lock it has not met, with a section. That a listener has gone is
//! known when `tracing` next [asks](tracing::callsite::rebuild_interest_cache) who is left.
//!
//! # For authors of subscribers
//! A subscriber may use checked locks and allocate while it is told of these events: nothing of that is checked or told.
//! What it does with *other* events is checked as usual, so its own locks are better plain ones. A wait and a wake-up are
//! told from inside the completion, queue or lock that they are about; it must not be used by the subscriber.

#[cfg(feature = "check")]
mod findings;
#[cfg(feature = "check")]
mod hearing;
#[cfg(feature = "check")]
mod moves;
#[cfg(feature = "check")]
mod recorder;
#[cfg(feature = "check")]
mod tape;
#[cfg(feature = "check")]
mod waits;

#[cfg(feature = "check")]
pub(crate) use findings::findings;
#[cfg(feature = "check")]
pub(crate) use recorder::Recorder;
#[cfg(feature = "check")]
pub(crate) use tape::Tape;
#[cfg(feature = "check")]
pub(crate) use waits::{blocks, unblocks, wakes};

/// The target of findings.
pub const FINDING: &str = "fence_lockdep::finding";
/// The target of what happens to locks.
pub const LOCK: &str = "fence_lockdep::lock";
/// The target of what begins and ends on one thread and is no lock: signalling sections, reclaim, interrupts.
pub const SECTION: &str = "fence_lockdep::section";
/// The target of waits and what ends them.
pub const WAIT: &str = "fence_lockdep::wait";
/// The target of work items and timers.
pub const WORK: &str = "fence_lockdep::work";
/// The target of what happens to fences.
pub const FENCE: &str = "fence_lockdep::fence";
