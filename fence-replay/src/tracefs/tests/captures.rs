//! Whole recordings of a real kernel: the same recording printed in different ways must say the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::super::*;
use crate::lines::{LineReader, SliceLines};

fn captures() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/data/oracle/traces"
    ))
}

fn variant(name: &str) -> Vec<u8> {
    let path = captures().join("variants").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A lock event without what printing changes: pid, acquire or release, try, read, name.
type LockEvent = (Option<u32>, &'static str, bool, bool, String);

#[derive(Debug, Default)]
struct Reading {
    header: Header,
    limits: Limits,
    locks: Vec<LockEvent>,
    addresses: Vec<u64>,
    fences: Vec<(FenceEvent, String, u64, u64)>,
    problems: Vec<Problem>,
}

fn read(bytes: &[u8]) -> Reading {
    let mut parser = Parser::new();
    let mut reading = Reading::default();
    for line in SliceLines::new(bytes) {
        let record = match parser.read(&line) {
            Some(Ok(record)) => record,
            Some(Err(problem)) => {
                reading.problems.push(problem);
                continue;
            }
            None => continue,
        };
        let pid = record.task.map(|task| task.pid);
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        match record.event {
            Event::LockAcquire {
                addr,
                try_,
                read,
                name,
            } => {
                reading.locks.push((pid, "acquire", try_, read, text(name)));
                reading.addresses.push(addr);
            }
            Event::LockRelease { addr, name } => {
                reading
                    .locks
                    .push((pid, "release", false, false, text(name)));
                reading.addresses.push(addr);
            }
            Event::Fence {
                kind,
                timeline,
                context,
                seqno,
                ..
            } => {
                reading.fences.push((kind, text(timeline), context, seqno));
            }
            _ => {}
        }
    }
    reading.header = *parser.header();
    reading.limits = parser.limits();
    reading
}

/// Lines that hold a lock event, counted without the parser.
fn lock_lines(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .filter(|line| line.contains("lock_acquire:") || line.contains("lock_release:"))
        .count()
}

#[test]
fn the_options_of_one_recording_give_the_same_events() {
    // These six are the same buffer, printed with different options.
    let default = read(&variant("default.trace.txt"));
    assert_eq!(
        default.locks.len(),
        lock_lines(&variant("default.trace.txt"))
    );
    assert_eq!(default.fences.len(), 4);
    for name in [
        "latency-format.trace.txt",
        "verbose-latency.trace.txt",
        "noirq-info.trace.txt",
        "fields.trace.txt",
        "nocontext-info.trace.txt",
    ] {
        let other = read(&variant(name));
        let mut expected = default.locks.clone();
        if name.starts_with("nocontext") {
            for event in &mut expected {
                event.0 = None;
            }
        }
        assert_eq!(other.locks, expected, "{name}");
        assert_eq!(other.addresses, default.addresses, "{name}");
        assert_eq!(other.fences, default.fences, "{name}");
        assert_eq!(other.problems, [], "{name}");
    }
}

#[test]
fn trace_cmd_prints_the_same_with_and_without_latency_and_raw() {
    let report = read(&variant("mutex-over-wait.report.txt"));
    assert_eq!(
        report.locks.len(),
        lock_lines(&variant("mutex-over-wait.report.txt"))
    );
    for name in [
        "mutex-over-wait.report-latency.txt",
        "mutex-over-wait.report-raw.txt",
    ] {
        let other = read(&variant(name));
        assert_eq!(other.locks, report.locks, "{name}");
        assert_eq!(other.addresses, report.addresses, "{name}");
        assert_eq!(other.fences, report.fences, "{name}");
        assert_eq!(other.problems, [], "{name}");
    }
}

/// What the driver itself does: events of its own lock and of the fence map, per thread.
fn driver_events(reading: &Reading) -> BTreeMap<usize, Vec<(&'static str, bool, bool, String)>> {
    let mut threads: Vec<Option<u32>> = Vec::new();
    let mut events: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (pid, what, try_, read, name) in &reading.locks {
        if !["&gpu->submit_lock", "dma_fence_map"].contains(&name.as_str()) {
            continue;
        }
        let thread = threads
            .iter()
            .position(|known| known == pid)
            .unwrap_or_else(|| {
                threads.push(*pid);
                threads.len() - 1
            });
        events
            .entry(thread)
            .or_default()
            .push((*what, *try_, *read, name.clone()));
    }
    events
}

#[test]
fn other_runs_of_one_driver_show_the_same_driver_events() {
    // Recorded anew, so the scheduler's locks differ; what the driver does is the same.
    for (first, others) in [
        (
            "default.trace.txt",
            &[
                "record-tgid.trace.txt",
                "stacktrace.trace.txt",
                "clock-x86-tsc.trace.txt",
            ][..],
        ),
        (
            "hashed-pointers.trace.txt",
            &[
                "smp2-mutex-over-wait.trace.txt",
                "mutex-over-wait.report.txt",
                "mutex-over-wait.perf-script.txt",
            ],
        ),
    ] {
        let expected = driver_events(&read(&variant(first)));
        assert!(!expected.is_empty(), "{first}");
        for name in others {
            let bytes = variant(name);
            let other = read(&bytes);
            assert_eq!(driver_events(&other), expected, "{name}");
            assert_eq!(other.locks.len(), lock_lines(&bytes), "{name}");
            assert_eq!(other.problems, [], "{name}");
        }
    }
}

#[test]
fn every_variant_is_told_by_its_content() {
    use Limit::*;
    let expected: &[(&str, Dialect, &[Limit])] = &[
        ("default.trace.txt", Dialect::Trace, &[]),
        ("record-tgid.trace.txt", Dialect::Trace, &[]),
        ("stacktrace.trace.txt", Dialect::Trace, &[]),
        ("smp2-mutex-over-wait.trace.txt", Dialect::Trace, &[]),
        ("lockdep-off-section.trace.txt", Dialect::Trace, &[]),
        ("more-events.trace.txt", Dialect::Trace, &[]),
        ("noirq-info.trace.txt", Dialect::Trace, &[NoIrqFlags]),
        ("clock-x86-tsc.trace.txt", Dialect::Trace, &[TickTime]),
        ("fields.trace.txt", Dialect::Trace, &[NoMarkers]),
        (
            "hashed-pointers.trace.txt",
            Dialect::Trace,
            &[HashedAddresses],
        ),
        (
            "lost-overwrite.trace.txt",
            Dialect::Trace,
            &[StartOverwritten],
        ),
        (
            "lost-trace_pipe.trace.txt",
            Dialect::TracePipe,
            &[EventsLost],
        ),
        (
            "latency-format.trace.txt",
            Dialect::Latency,
            &[CommCut, RelativeTime],
        ),
        ("verbose-latency.trace.txt", Dialect::VerboseLatency, &[]),
        ("nocontext-info.trace.txt", Dialect::NoContext, &[NoTask]),
        (
            "mutex-over-wait.report.txt",
            Dialect::TraceCmd,
            &[NoIrqFlags],
        ),
        (
            "mutex-over-wait.report-raw.txt",
            Dialect::TraceCmd,
            &[NoIrqFlags],
        ),
        (
            "mutex-over-wait.report-latency.txt",
            Dialect::TraceCmdLatency,
            &[CommCut],
        ),
        (
            "mutex-over-wait.perf-script.txt",
            Dialect::PerfScript,
            &[NoIrqFlags, KthreadNames, TaskForgotten],
        ),
    ];
    for &(name, dialect, limits) in expected {
        let bytes = variant(name);
        let reading = read(&bytes);
        assert_eq!(reading.header.dialect, dialect, "{name}");
        assert_eq!(reading.limits.iter().collect::<Vec<_>>(), limits, "{name}");
        assert!(matches!(sniff(&bytes[..4096]), Ok(Some(_))), "{name}");
    }
}

#[test]
fn the_header_counts_what_was_overwritten() {
    // `# entries-in-buffer/entries-written: 398/1917   #P:1`
    let header = read(&variant("lost-overwrite.trace.txt")).header;
    assert_eq!((header.overwritten(), header.cpus), (1917 - 398, Some(1)));
    let header = read(&variant("latency-format.trace.txt")).header;
    assert_eq!(
        (header.entries_in_buffer, header.overwritten()),
        (Some(272), 0)
    );
    assert_eq!(
        read(&variant("mutex-over-wait.report.txt")).header.cpus,
        Some(1)
    );
}

#[test]
fn the_end_of_a_cut_recording_is_one_problem() {
    let bytes = variant("lost-trace_pipe.trace.txt");
    let reading = read(&bytes);
    let lines = SliceLines::new(&bytes).count() as u64;
    assert_eq!(reading.problems.len(), 1);
    assert_eq!(
        reading.problems[0].line, lines,
        "the last line, `cat-94 [000] d..1.     8.`"
    );
    assert_eq!(reading.problems[0].kind, ProblemKind::BadTime);
    assert_eq!(reading.locks.len(), lock_lines(&bytes));
}

#[test]
fn raw_text_and_binary_recordings_are_refused_once() {
    for (name, refusal) in [
        ("raw.trace.txt", Refusal::RawEvents),
        ("mutex-over-wait.trace.dat", Refusal::TraceDat),
    ] {
        let bytes = variant(name);
        let reading = read(&bytes);
        let kinds: Vec<_> = reading
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect();
        assert_eq!(kinds, [ProblemKind::Refused(refusal)], "{name}");
        assert!(reading.locks.is_empty(), "{name}");
        assert_eq!(sniff(&bytes), Err(refusal), "{name}");
    }
}

#[test]
fn every_capture_reads_without_a_problem_and_streams_alike() {
    let mut count = 0;
    for entry in fs::read_dir(captures()).expect("the captures") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.ends_with(".trace.txt") && !name.starts_with("trace.") {
            continue;
        }
        count += 1;
        let bytes = fs::read(&path).expect("a capture");
        let reading = read(&bytes);
        assert_eq!(reading.problems, [], "{name}");
        assert_eq!(reading.locks.len(), lock_lines(&bytes), "{name}");
        assert_eq!(reading.limits, Limits::default(), "{name}");

        let mut lines = LineReader::new(&bytes[..]);
        let mut parser = Parser::new();
        let mut locks = 0;
        while let Some(line) = lines.next_line().expect("a slice cannot fail") {
            if let Some(Ok(record)) = parser.read(&line) {
                locks += usize::from(matches!(
                    record.event,
                    Event::LockAcquire { .. } | Event::LockRelease { .. }
                ));
            }
        }
        assert_eq!(locks, reading.locks.len(), "{name}");
    }
    assert_eq!(count, 48, "46 cases, sw_sync and FunctionFS");
}
