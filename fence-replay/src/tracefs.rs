//! Text of a kernel trace to typed records: tracefs `trace` and `trace_pipe`, `trace-cmd report`,
//! `perf script`.
//!
//! One [`Parser`] reads all of them, line by line and without allocating; which one it is shows in
//! the lines themselves. A [`Record`] is what one line says and nothing more: this module does not
//! know what a lock class is, keeps no state of tasks, and never guesses what a layout leaves out.
//! What it leaves out is told by [`Parser::limits`].
//!
//! A line that cannot be read costs its own record and gives a [`Problem`] with line and column. Two
//! kinds of file are refused as a whole ([`Refusal`]): text printed with the `raw` or `hex` option,
//! in which the kernel drops the fields of lock events, and binary recordings.
//!
//! ```
//! use fence_replay::tracefs::{Event, Parser};
//!
//! let line = b"       fb-waiter-43      [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 try &rq->__lock";
//! let record = Parser::new().line(1, line).expect("an event")?;
//! assert_eq!(record.task.map(|task| task.pid), Some(43));
//! assert!(record.flags.is_some_and(|flags| flags.irqs_off));
//! assert_eq!(
//!     record.event,
//!     Event::LockAcquire { addr: 0xff11_0000_3ebe_dfd8, try_: true, read: false, name: b"&rq->__lock" }
//! );
//! # Ok::<(), fence_replay::tracefs::Problem>(())
//! ```
//!
//! # What no dialect shows
//!
//! - Subclass and nest lock of an acquisition, and whether a read is recursive. The name is that of
//!   the lock, without the `#2` and `/1` that lockdep adds to tell classes of one name apart.
//! - Fence contexts and sequence numbers above 32 bits: the kernel's events keep the low half.
//! - A class whose own name starts with `try ` or `read ` cannot be told from the mode words.

mod columns;
mod decode;
mod event;
mod header;
mod limit;
mod parser;
mod problem;
mod record;
mod refused;
mod sniff;

pub use event::{Event, FenceEvent, Workqueue};
pub use header::{Dialect, Header};
pub use limit::{Limit, Limits};
pub use parser::Parser;
pub use problem::{Problem, ProblemKind, Refusal};
pub use record::{Flags, Record, Task, Timestamp};
pub use sniff::sniff;

#[cfg(test)]
mod tests;
