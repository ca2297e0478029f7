//! A kernel trace, read through the door: findings as they come, and at the end what the recording could not show.

use std::io::Read;

use fence_engine::Config;

use super::{InputError, Item, Kind, Summary};
use crate::lines::LineReader;
use crate::{trace_events, tracefs};

/// Events of a trace that are of no kind that is read.
#[derive(Debug, Default)]
struct UnreadEvents {
    count: u64,
    first: Option<(String, u64)>,
}

impl UnreadEvents {
    fn note(&mut self, record: &tracefs::Record<'_>) {
        // Markers are what somebody wrote into the trace, for people; a softirq that is raised says nothing before its entry.
        if let tracefs::Event::Other { name } = record.event
            && !matches!(
                name,
                b"" | b"print" | b"tracing_mark_write" | b"softirq_raise"
            )
        {
            self.count += 1;
            self.first
                .get_or_insert_with(|| (String::from_utf8_lossy(name).into_owned(), record.line));
        }
    }

    fn message(&self) -> Option<String> {
        let (name, line) = self.first.as_ref()?;
        Some(format!(
            "{} of the events are of kinds that are not read; the first is `{name}` in line {line}",
            self.count
        ))
    }
}

/// Whether an event says something about a lock, a fence or work; the others only say whose doing it is.
fn is_evidence(event: &tracefs::Event<'_>) -> bool {
    use tracefs::Event::{Fence, LockAcquire, LockRelease, Workqueue};
    matches!(
        event,
        LockAcquire { .. } | LockRelease { .. } | Fence { .. } | Workqueue(_)
    )
}

/// Reads a trace record by record, so that its length does not matter.
pub(super) fn read(
    name: &str,
    source: impl Read,
    config: Config,
    progress: &mut dyn FnMut(u64),
    sink: &mut dyn FnMut(Item),
) -> Result<Summary, InputError> {
    let mut reader = LineReader::new(source);
    let mut parser = tracefs::Parser::new();
    let mut replay = trace_events::Replay::new(name, config);
    let (mut lines, mut told, mut checked) = (0, 0, 0);
    let mut unread = UnreadEvents::default();
    while let Some(line) = reader.next_line()? {
        lines = line.number;
        match parser.read(&line) {
            Some(Ok(record)) => {
                checked += u64::from(is_evidence(&record.event));
                unread.note(&record);
                replay.record(&record);
                for finding in replay.take_findings() {
                    sink(Item::Finding(Box::new(finding)));
                }
            }
            Some(Err(problem)) => {
                let (line, column) = (problem.line, problem.column.into());
                sink(Item::Problem {
                    line,
                    column,
                    message: problem.kind.to_string(),
                });
            }
            None => {}
        }
        if lines - told >= 4096 {
            told = lines;
            progress(reader.consumed());
        }
    }
    if let Some(refusal) = parser.refusal() {
        return Err(refusal.into());
    }
    replay.finish();
    for finding in replay.take_findings() {
        sink(Item::Finding(Box::new(finding)));
    }
    let unmatched = replay.unmatched_releases();
    if unmatched.count > 0 {
        let count = unmatched.count;
        let message = format!(
            "a release of a lock that was not seen to be taken, the first of {count}; it was taken before the recording began, or an event was lost"
        );
        sink(Item::Problem {
            line: unmatched.first_line.into(),
            column: 0,
            message,
        });
    }
    if let Some(message) = unread.message() {
        sink(Item::of_file(message));
    }
    let limits = parser.limits();
    for limit in limits
        .iter()
        .map(tracefs::Limit::text)
        .chain(replay.limits_reached())
    {
        sink(Item::of_file(limit));
    }
    Ok(Summary {
        kind: Kind::Trace,
        lines,
        checked,
        unchecked: 0,
        engine: Some(Box::new(replay.into_engine())),
    })
}
