//! What can be wrong with a line, and with a recording as a whole.

use thiserror::Error;

/// A line that gave no record, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct Problem {
    /// Number of the line in the recording, from 1.
    pub line: u64,
    /// Byte in the line, from 1, at which reading stopped; one past the end if the line stops short.
    pub column: u32,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// Why a line gave no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProblemKind {
    /// The line has the columns of no known layout.
    #[error("not a line of a trace")]
    Unrecognised,
    /// The task's id is missing or too large.
    #[error("no task id here")]
    BadTask,
    /// The CPU number is missing or too large.
    #[error("no CPU number here")]
    BadCpu,
    /// The irqs-off to preempt-depth column is damaged.
    #[error("not the irqs-off/need-resched/irq/preempt-depth column")]
    BadFlags,
    /// The timestamp is missing or damaged.
    #[error("no timestamp here")]
    BadTime,
    /// The line ends before its event: it is cut.
    #[error("the line ends before its event")]
    NoEvent,
    /// The address is missing or damaged.
    #[error("no address here")]
    BadAddress,
    /// A lock event ends before the lock's name.
    #[error("the lock has no name")]
    NoName,
    /// A field that the event always has is missing or damaged.
    #[error("no readable field `{0}`")]
    BadField(&'static str),
    /// The line is longer than [`crate::lines::MAX_LINE_BYTES`].
    #[error("the line is too long")]
    TooLong,
    /// The whole recording cannot be read; no later line will give a record.
    #[error(transparent)]
    Refused(Refusal),
}

/// Why a recording is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A binary recording of `trace-cmd record`.
    #[error(
        "this is a binary trace-cmd recording; convert it with: trace-cmd report -l FILE > FILE.txt"
    )]
    TraceDat,
    /// A binary recording of `perf record`.
    #[error("this is a binary perf recording; convert it with: perf script -i FILE > FILE.txt")]
    PerfData,
    /// Text printed with the `raw` or `hex` trace option.
    #[error(
        "this trace was printed with the raw or hex option, which leaves out the lock of every lock \
         event; turn the option off and print the same buffer again: \
         cd /sys/kernel/tracing; echo noraw > trace_options; echo nohex > trace_options; \
         cat trace > FILE.txt"
    )]
    RawEvents,
}

/// What is wrong and where, counted from the end of the line: what a parser of a suffix knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) kind: ProblemKind,
    /// Bytes of the line that were still unread.
    pub(super) unread: usize,
}

impl Fault {
    pub(super) fn new(kind: ProblemKind, unread: &[u8]) -> Self {
        Fault {
            kind,
            unread: unread.len(),
        }
    }

    pub(super) fn at(self, number: u64, line: &[u8]) -> Problem {
        let column = line.len().saturating_sub(self.unread) + 1;
        Problem {
            line: number,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            kind: self.kind,
        }
    }
}
