//! Line by line: which lines are events, and what the recording turned out to be.

use super::columns::{Columns, Layout, columns};
use super::decode::Named;
use super::header::{self, Comment};
use super::problem::{Fault, Problem, ProblemKind, Refusal};
use super::{Dialect, Event, Header, Limit, Limits, Record, Timestamp, refused};
use crate::lines::{Line, decimal, skip_blanks};

/// Reads the lines of one recording, or of several one behind the other.
///
/// Holds what the recording has told about itself so far and no line; a call allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    header: Header,
    limits: Limits,
    refusal: Option<Refusal>,
    /// Whether a line has been read: a binary recording shows in the first one.
    started: bool,
    /// Layout of the last line that had columns.
    layout: Option<Layout>,
    /// Whether the recording has columns, as its header or a line showed.
    has_columns: bool,
}

impl Parser {
    /// Starts before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the recording has told about itself so far.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the lines read so far show that the recording cannot tell.
    pub fn limits(&self) -> Limits {
        let mut limits = self.limits;
        match self.header.dialect {
            Dialect::NoContext => limits.insert(Limit::NoTask),
            Dialect::Latency | Dialect::TraceCmdLatency => limits.insert(Limit::CommCut),
            Dialect::PerfScript => limits.insert(Limit::KthreadNames),
            _ => {}
        }
        if self.header.overwritten() > 0 {
            limits.insert(Limit::StartOverwritten);
        }
        limits
    }

    /// Why nothing more will be read, if so.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// Reads one line of [`crate::lines`]; as [`Parser::line`], and a cut line is a problem.
    ///
    /// # Errors
    /// As [`Parser::line`], and [`ProblemKind::TooLong`].
    #[inline]
    pub fn read<'a>(&mut self, line: &Line<'a>) -> Option<Result<Record<'a>, Problem>> {
        let outcome = self.line(line.number, line.bytes)?;
        if line.cut && self.refusal.is_none() {
            let fault = Fault::new(ProblemKind::TooLong, b"");
            return Some(Err(fault.at(line.number, line.bytes)));
        }
        Some(outcome)
    }

    /// Reads line `number` (from 1), given with or without its end.
    ///
    /// `None` for lines that are no event: comments, blank lines, stack traces, and everything after
    /// a refusal.
    ///
    /// # Errors
    /// A [`Problem`] if the line should have been an event and cannot be read. The next line can be
    /// read as if nothing had happened, except after [`ProblemKind::Refused`].
    #[inline]
    pub fn line<'a>(&mut self, number: u64, line: &'a [u8]) -> Option<Result<Record<'a>, Problem>> {
        if self.refusal.is_some() {
            return None;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let outcome = match line {
            [b' ', b'=', b'>', ..] => Ok(None),
            // Nearly every line starts with the blanks that pad the task's name.
            [b' ', ..] if self.started => self.event(number, line),
            _ => self.unpadded(number, line),
        };
        outcome.map_err(|fault| fault.at(number, line)).transpose()
    }

    /// Reads a line that may be anything, as far as its first byte tells.
    fn unpadded<'a>(&mut self, number: u64, line: &'a [u8]) -> Result<Option<Record<'a>>, Fault> {
        if !self.started {
            self.started = true;
            if let Some(refusal) = refused::binary(line) {
                return Err(self.refuse(refusal, line));
            }
        }
        match line {
            [] | [b'\t', ..] | [b'=', b'>', ..] => Ok(None),
            [b'#', ..] => {
                self.comment(line);
                Ok(None)
            }
            [b'C', b'P', b'U', b':' | b' ', ..] => match lost(line) {
                Some((cpu, count)) => Ok(Some(self.lost(number, cpu, count))),
                None if line.ends_with(b" is empty") => Ok(None),
                None => self.event(number, line),
            },
            [b'c' | b'v', ..] if header::trace_cmd(&mut self.header, line) => {
                self.has_columns = true;
                self.layout = None;
                Ok(None)
            }
            _ => self.event(number, line),
        }
    }

    fn comment(&mut self, line: &[u8]) {
        match header::comment(&mut self.header, line) {
            Comment::Start => {
                self.layout = None;
                self.has_columns = false;
            }
            Comment::Columns => self.has_columns = true,
            Comment::NoBhColumn => self.limits.insert(Limit::NoBhFlag),
            Comment::Other => {}
        }
    }

    fn lost<'a>(&mut self, line: u64, cpu: Option<u16>, count: Option<u64>) -> Record<'a> {
        self.limits.insert(Limit::EventsLost);
        Record {
            line,
            task: None,
            cpu,
            flags: None,
            time: None,
            event: Event::Lost { cpu, count },
        }
    }

    /// Reads a line that should be an event.
    #[inline]
    fn event<'a>(&mut self, number: u64, line: &'a [u8]) -> Result<Option<Record<'a>>, Fault> {
        let Some(columns) = columns(line) else {
            return self.without_columns(number, line);
        };
        let columns = columns?;
        let named = Named::split(columns.event)?;
        self.note_columns(&columns);
        let Some(event) = named.decode()? else {
            return Ok(None);
        };
        self.note_event(&event, &named);
        Ok(Some(Record {
            line: number,
            task: columns.task,
            cpu: Some(columns.cpu),
            flags: columns.flags,
            time: Some(columns.time),
            event,
        }))
    }

    /// Reads a line without columns: an event alone, if the recording has none.
    #[cold]
    fn without_columns<'a>(
        &mut self,
        number: u64,
        line: &'a [u8],
    ) -> Result<Option<Record<'a>>, Fault> {
        if skip_blanks(line).is_empty() {
            return Ok(None);
        }
        if refused::is_raw(line) {
            return Err(self.refuse(Refusal::RawEvents, line));
        }
        let named = Named::split(line)?;
        if self.has_columns || !named.is_plausible() {
            return Err(Fault::new(ProblemKind::Unrecognised, line));
        }
        self.header.dialect = Dialect::NoContext;
        let Some(event) = named.decode()? else {
            return Ok(None);
        };
        self.note_event(&event, &named);
        Ok(Some(Record {
            line: number,
            task: None,
            cpu: None,
            flags: None,
            time: None,
            event,
        }))
    }

    /// Keeps what the columns of a line tell about the recording.
    #[inline]
    fn note_columns(&mut self, columns: &Columns<'_>) {
        if self.layout != Some(columns.layout) {
            self.note_layout(columns);
        }
        if columns.flags.is_none() {
            self.limits.insert(Limit::NoIrqFlags);
        }
        match columns.time {
            Timestamp::Clock(_) => {}
            Timestamp::SinceStart(_) => self.limits.insert(Limit::RelativeTime),
            Timestamp::Ticks(_) => self.limits.insert(Limit::TickTime),
        }
        match columns.task {
            Some(task) if task.comm == b"<...>" => self.limits.insert(Limit::CommForgotten),
            Some(_) => {}
            None => self.limits.insert(Limit::TaskForgotten),
        }
    }

    #[cold]
    fn note_layout(&mut self, columns: &Columns<'_>) {
        self.layout = Some(columns.layout);
        self.has_columns = true;
        let known = self.header.dialect;
        let trace_cmd = matches!(known, Dialect::TraceCmd | Dialect::TraceCmdLatency);
        self.header.dialect = match (columns.layout, columns.time) {
            (Layout::Default, _) if trace_cmd => Dialect::TraceCmd,
            (Layout::Default, _) if known == Dialect::Trace => Dialect::Trace,
            (Layout::Default, _) => Dialect::TracePipe,
            // tracefs never prints a plain number of seconds in this layout.
            (Layout::Latency, Timestamp::Clock(_)) => Dialect::TraceCmdLatency,
            (Layout::Latency, _) if trace_cmd => Dialect::TraceCmdLatency,
            (Layout::Latency, _) => Dialect::Latency,
            (Layout::Verbose, _) => Dialect::VerboseLatency,
            (Layout::Perf, _) => Dialect::PerfScript,
        };
    }

    /// Keeps what an event tells about the recording.
    #[inline]
    fn note_event(&mut self, event: &Event<'_>, named: &Named<'_>) {
        match *event {
            // The kernel prints a hashed pointer as 64 bits of which the upper half is 0. On a 32-bit
            // machine there are only eight digits.
            Event::LockAcquire { addr, .. }
                if addr >> 32 == 0
                    && addr != 0
                    && skip_blanks(named.text).starts_with(b"00000000") =>
            {
                self.limits.insert(Limit::HashedAddresses);
            }
            Event::Other { name: b"" } if named.text.starts_with(b"UNKNOWN TYPE") => {
                self.limits.insert(Limit::NoMarkers);
            }
            Event::Lost { .. } => self.limits.insert(Limit::EventsLost),
            _ => {}
        }
    }

    fn refuse(&mut self, refusal: Refusal, line: &[u8]) -> Fault {
        self.refusal = Some(refusal);
        Fault::new(ProblemKind::Refused(refusal), line)
    }
}

/// `CPU:0 [LOST 10416 EVENTS]`, `CPU:0 [LOST EVENTS]`, and trace-cmd's `CPU:0 [10416 EVENTS DROPPED]`.
fn lost(line: &[u8]) -> Option<(Option<u16>, Option<u64>)> {
    let (cpu, rest) = decimal(line.strip_prefix(b"CPU:")?)?;
    let text = rest.strip_prefix(b" [")?.strip_suffix(b"]")?;
    if !(text.starts_with(b"LOST ") || text.ends_with(b"EVENTS DROPPED")) {
        return None;
    }
    let count = decimal(text.strip_prefix(b"LOST ").unwrap_or(text)).map(|(count, _)| count);
    Some((u16::try_from(cpu).ok(), count))
}
