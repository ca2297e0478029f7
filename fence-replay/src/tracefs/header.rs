//! What a recording says about itself: comment lines, `cpus=`, and the layout of its lines.

use crate::lines::{decimal, skip_blanks};

/// Who printed a recording, and in which layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// No line has told yet.
    #[default]
    Unknown,
    /// tracefs `trace`, default layout; also with the options `noirq-info`, `record-tgid`,
    /// `stacktrace`, `fields`.
    Trace,
    /// tracefs `trace_pipe`: as [`Dialect::Trace`], but consumed while it was recorded.
    TracePipe,
    /// tracefs with `latency-format`.
    Latency,
    /// tracefs with `latency-format` and `verbose`.
    VerboseLatency,
    /// tracefs with `nocontext-info`: the event alone.
    NoContext,
    /// `trace-cmd report`.
    TraceCmd,
    /// `trace-cmd report -l`.
    TraceCmdLatency,
    /// `perf script`.
    PerfScript,
}

/// What a recording says about itself, as far as it has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Who printed the recording, and in which layout.
    pub dialect: Dialect,
    /// Events that the buffer held when it was printed.
    pub entries_in_buffer: Option<u64>,
    /// Events that were written to the buffer.
    pub entries_written: Option<u64>,
    /// Number of CPUs.
    pub cpus: Option<u32>,
}

impl Header {
    /// Events that were overwritten before the first one of the recording.
    ///
    /// 0 also where the header does not tell, as in a buffer that stops when it is full.
    pub fn overwritten(&self) -> u64 {
        match (self.entries_in_buffer, self.entries_written) {
            (Some(left), Some(written)) => written.saturating_sub(left),
            _ => 0,
        }
    }
}

/// What a comment line told, for the parser's own use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comment {
    /// `# tracer: nop`: a recording starts here.
    Start,
    /// `TASK-PID   CPU# ...`: the events have columns.
    Columns,
    /// `irqs-off` without `/BH-disabled`: an older kernel's column.
    NoBhColumn,
    /// Anything else.
    Other,
}

/// Reads one line that starts with `#`.
pub(super) fn comment(header: &mut Header, line: &[u8]) -> Comment {
    if line.starts_with(b"# tracer:") {
        *header = Header {
            dialect: Dialect::Trace,
            ..Header::default()
        };
        return Comment::Start;
    }
    if let Some(counts) = line.strip_prefix(b"# entries-in-buffer/entries-written:") {
        entries(header, skip_blanks(counts));
        cpus(header, line);
    } else if line.starts_with(b"# latency: ") {
        if let Some(at) = memchr::memchr(b',', line) {
            let counts = skip_blanks(&line[at + 1..]);
            entries(header, counts.strip_prefix(b"#").unwrap_or(counts));
        }
        cpus(header, line);
    } else if contains(line, b"latency trace v") {
        header.dialect = Dialect::Latency;
    } else if contains(line, b"TASK-PID") {
        return Comment::Columns;
    } else if contains(line, b"=> irqs-off") && !contains(line, b"BH-disabled") {
        return Comment::NoBhColumn;
    }
    Comment::Other
}

/// Reads `cpus=4`, the first line of `trace-cmd report`; tells whether it was that.
pub(super) fn trace_cmd(header: &mut Header, line: &[u8]) -> bool {
    if let Some(count) = line.strip_prefix(b"cpus=") {
        *header = Header {
            dialect: Dialect::TraceCmd,
            cpus: decimal(count).and_then(|(count, _)| u32::try_from(count).ok()),
            ..Header::default()
        };
        return true;
    }
    line.starts_with(b"version = ")
}

/// Reads `398/1917`.
fn entries(header: &mut Header, counts: &[u8]) {
    let Some((left, rest)) = decimal(counts) else {
        return;
    };
    let Some((written, _)) = rest.strip_prefix(b"/").and_then(decimal) else {
        return;
    };
    header.entries_in_buffer = Some(left);
    header.entries_written = Some(written);
}

/// Reads `#P:1`.
fn cpus(header: &mut Header, line: &[u8]) {
    if let Some(at) = memchr::memmem::find(line, b"#P:") {
        header.cpus = decimal(&line[at + 3..]).and_then(|(count, _)| u32::try_from(count).ok());
    }
}

fn contains(line: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(line, text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_counts_tell_how_many_were_overwritten() {
        let mut header = Header::default();
        comment(
            &mut header,
            b"# entries-in-buffer/entries-written: 398/1917   #P:1",
        );
        assert_eq!(
            (header.entries_in_buffer, header.entries_written),
            (Some(398), Some(1917))
        );
        assert_eq!((header.overwritten(), header.cpus), (1519, Some(1)));
    }

    #[test]
    fn the_latency_header_counts_too() {
        let mut header = Header::default();
        comment(&mut header, b"# nop latency trace v1.1.5 on 6.12.117");
        comment(
            &mut header,
            b"# latency: 0 us, #272/300, CPU#0 | (M:preempt VP:0, KP:0, SP:0 HP:0 #P:2)",
        );
        assert_eq!(header.dialect, Dialect::Latency);
        assert_eq!((header.overwritten(), header.cpus), (28, Some(2)));
    }

    #[test]
    fn only_the_column_of_an_older_kernel_lacks_bottom_halves() {
        let mut header = Header::default();
        assert_eq!(
            comment(
                &mut header,
                b"#                                _-----=> irqs-off/BH-disabled"
            ),
            Comment::Other
        );
        assert_eq!(
            comment(
                &mut header,
                b"#                              _-----=> irqs-off"
            ),
            Comment::NoBhColumn
        );
    }

    #[test]
    fn damaged_counts_leave_the_header_as_it_was() {
        let mut header = Header::default();
        for line in [
            &b"# entries-in-buffer/entries-written: x/1"[..],
            b"# entries-in-buffer/entries-written: 1",
            b"# latency: 0 us",
            b"#",
        ] {
            assert_eq!(comment(&mut header, line), Comment::Other);
        }
        assert_eq!(header, Header::default());
    }
}
