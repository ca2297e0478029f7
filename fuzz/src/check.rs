//! What must hold of any bytes whatever: one function for each fuzz target, which panics if it does not.
//!
//! The fuzzer calls these with what it makes up, and `tests/tests/corpus.rs` includes this file to call them with what
//! the fuzzer kept. So nothing here may depend on a fuzzer.

use std::io::{self, Read};

use fence_engine::{Config, Finding, Level};
use fence_replay::input::{self, InputError, Item};
use fence_replay::lines::{Line, LineReader, SliceLines};
use fence_replay::pattern::{self, Pattern, Pos};
use fence_replay::proc_lockdep::{self, Snapshot};
use fence_replay::scenario::Scenario;
use fence_replay::trace_events::Replay;
use fence_replay::{pattern_events, splat, tracefs};

#[path = "check/graph.rs"]
mod graph;

pub use graph::graph;

/// Both judgements.
const PROFILES: [Config; 2] = [Config::STRICT, Config::KERNEL];

/// What makes a file a trace whatever follows.
const TRACE_HEADER: &[u8] = b"# tracer: nop\n#\n";

/// A trace: through the door that the command line uses in profile `strict`, by hand and without a header in `kernel`.
pub fn trace(bytes: &[u8]) {
    read(&[TRACE_HEADER, bytes].concat(), Config::STRICT);
    let mut parser = tracefs::Parser::new();
    let mut replay = Replay::new("trace", Config::KERNEL);
    for line in SliceLines::new(bytes) {
        match parser.read(&line) {
            Some(Ok(record)) => {
                assert_eq!(record.line, line.number);
                replay.record(&record);
            }
            Some(Err(problem)) => {
                assert_eq!(problem.line, line.number);
                assert!(
                    (1..=line.bytes.len() + 1).contains(&(problem.column as usize)),
                    "{problem}"
                );
            }
            None => {}
        }
    }
    replay.finish();
    findings(&replay.take_findings(), bytes);
}

/// Lines, through a reader that gets its bytes in pieces and through a slice, are the same lines and the same records.
///
/// The first byte is the size of the pieces. So that a short input can hold a long line, `\xff` and a byte `n` stand
/// for the byte before, `512 * n` times.
pub fn trace_stream(bytes: &[u8]) {
    let Some((&size, bytes)) = bytes.split_first() else {
        return;
    };
    let bytes = unfold(bytes);
    let source = Pieces {
        bytes: &bytes,
        size: usize::from(size) * usize::from(size) + 1,
        interrupts: true,
    };
    let mut streamed = LineReader::new(source);
    let mut whole = SliceLines::new(&bytes);
    let (mut one, mut other) = (tracefs::Parser::new(), tracefs::Parser::new());
    loop {
        let expected: Option<Line<'_>> = whole.next();
        let found = streamed
            .next_line()
            .expect("the source never fails for good");
        assert_eq!(found, expected);
        let (Some(found), Some(expected)) = (found, expected) else {
            break;
        };
        assert_eq!(one.read(&found), other.read(&expected));
    }
    assert_eq!(streamed.consumed(), bytes.len() as u64);
    assert_eq!(
        (one.header(), one.limits(), one.refusal()),
        (other.header(), other.limits(), other.refusal())
    );
}

fn unfold(folded: &[u8]) -> Vec<u8> {
    const MOST: usize = 1 << 20;
    let mut bytes: Vec<u8> = Vec::with_capacity(folded.len());
    let mut rest = folded.iter();
    while let Some(&byte) = rest.next() {
        match (byte, bytes.last(), rest.clone().next()) {
            (0xff, Some(&last), Some(&times)) => {
                rest.next();
                let length = (bytes.len() + usize::from(times) * 512).min(MOST.max(bytes.len()));
                bytes.resize(length, last);
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// A source that gives at most `size` bytes at a time, and is interrupted in between.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
    interrupts: bool,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupts = !self.interrupts;
        if self.interrupts {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.size.min(self.bytes.len()).min(buffer.len());
        let (now, later) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// A pattern file: positions lie in it, and a usable pattern is the same pattern after printing and reading again, and
/// has the same findings.
pub fn pattern(bytes: &[u8]) {
    let file = pattern::parse_bytes(bytes);
    let lines = bytes.split(|&byte| byte == b'\n').count();
    let exists = |pos: Pos| pos.line >= 1 && pos.line as usize <= lines && pos.column >= 1;
    for problem in file.all_problems() {
        assert!(exists(problem.pos), "{problem}");
        let text = problem.kind.to_string();
        assert!(!text.contains(char::is_control), "{text:?}");
    }
    for pattern in &file.patterns {
        assert!(exists(Pos {
            line: pattern.line,
            column: 1
        }));
        let printed = pattern.to_source();
        let again = pattern::parse(&printed);
        if !pattern.is_usable() {
            continue;
        }
        assert!(
            again.all_problems().is_empty(),
            "{:?}\n{printed}",
            again.all_problems()
        );
        let [again] = &again.patterns[..] else {
            // A pattern without an id and without a word.
            assert_eq!((printed.as_str(), again.patterns.len()), ("", 0));
            continue;
        };
        assert_eq!(
            without_positions(again.clone()),
            without_positions(pattern.clone()),
            "{printed}"
        );
        assert_eq!(again.to_source(), printed);
        for config in PROFILES {
            let outcome = pattern_events::run(pattern, "pattern", config);
            let second = pattern_events::run(again, "pattern", config);
            findings(&outcome.findings, bytes);
            let words =
                |findings: &[Finding]| findings.iter().map(Finding::message).collect::<Vec<_>>();
            assert_eq!(
                words(&outcome.findings),
                words(&second.findings),
                "{printed}"
            );
            assert_eq!(outcome.as_expected, second.as_expected);
        }
    }
}

/// The pattern with all positions the same.
fn without_positions(mut pattern: Pattern) -> Pattern {
    let nowhere = Pos { line: 1, column: 1 };
    pattern.line = 1;
    pattern
        .expect
        .iter_mut()
        .for_each(|expect| expect.pos = nowhere);
    pattern
        .orders
        .iter_mut()
        .for_each(|order| order.pos = nowhere);
    pattern
        .fences
        .iter_mut()
        .for_each(|fence| fence.pos = nowhere);
    pattern
        .workqueues
        .iter_mut()
        .for_each(|queue| queue.pos = nowhere);
    for thread in &mut pattern.threads {
        thread.line = 1;
        thread.ops.iter_mut().for_each(|op| op.pos = nowhere);
    }
    pattern
}

/// A scenario: a JSON line, or its operations alone, a line each.
pub fn scenario(bytes: &[u8]) {
    let scenario = if bytes.first() == Some(&b'{') {
        match Scenario::parse(bytes) {
            Ok(scenario) => scenario,
            Err(error) => {
                // serde_json's columns count from 1 and are 0 at the start of a line that never came.
                assert!(error.column() <= bytes.len() + 1, "{error}");
                return;
            }
        }
    } else {
        let text = String::from_utf8_lossy(bytes);
        Scenario {
            id: String::new(),
            operations: text.lines().map(str::to_owned).collect(),
        }
    };
    for config in PROFILES {
        let Ok(outcome) = scenario.run(config) else {
            continue;
        };
        let steps = i64::try_from(scenario.operations.len()).unwrap_or(i64::MAX);
        assert!((-1..=steps).contains(&outcome.step));
        let serious = outcome
            .findings
            .iter()
            .any(|finding| finding.level >= Level::Warning);
        assert_eq!(
            (outcome.verdict == "ok", outcome.step == -1),
            (!serious, !serious)
        );
        findings(&outcome.findings, &[]);
    }
}

/// A kernel log: reports and what they lack stand at lines that exist, in order.
pub fn splat(bytes: &[u8]) {
    let reports = splat::read_reports(bytes);
    let lines = SliceLines::new(bytes).count() as u64;
    let headlines = SliceLines::new(bytes)
        .filter(|line| splat::is_report(line.bytes))
        .count();
    // A headline may also be the piece of a line that was printed in pieces, so there may be fewer reports.
    assert!(
        reports.len() <= headlines.max(1),
        "{} of {headlines}",
        reports.len()
    );
    assert!(reports.is_sorted_by_key(|report| report.line));
    for report in &reports {
        assert!((1..=lines).contains(&report.line));
        for problem in &report.problems {
            assert!(problem.line <= lines, "{problem}");
        }
        let places = report
            .chain
            .iter()
            .map(|entry| entry.line)
            .chain(report.usage.iter().map(|usage| usage.line));
        assert!(
            places
                .into_iter()
                .all(|line| (report.line..=lines).contains(&line))
        );
    }
}

/// A lockdep file of `/proc`: positions lie in it, and reading it as a whole agrees with reading its lines.
pub fn proc_lockdep(bytes: &[u8]) {
    let _ = proc_lockdep::sniff(bytes);
    let mut parser = proc_lockdep::Parser::new();
    let mut problems = Vec::new();
    for line in SliceLines::new(bytes) {
        if let Some(Err(problem)) = parser.line(&line) {
            assert_eq!(problem.line, line.number);
            assert!(
                (1..=line.bytes.len() + 1).contains(&(problem.column as usize)),
                "{problem}"
            );
            problems.push(problem);
        }
    }
    let snapshot = Snapshot::read(bytes).expect("a slice cannot fail");
    assert_eq!(
        (snapshot.source, snapshot.incomplete),
        (parser.source(), parser.incomplete())
    );
    assert!(snapshot.problems.is_sorted_by_key(|problem| problem.line));
    let all_told = snapshot.problems.len() < 1000;
    assert!(
        !all_told
            || problems
                .iter()
                .all(|problem| snapshot.problems.contains(problem))
    );
}

/// Any file: told apart, read, judged.
pub fn input(bytes: &[u8]) {
    for config in PROFILES {
        read(bytes, config);
    }
}

/// Reads bytes as the command line would, and looks at every item.
fn read(bytes: &[u8], config: Config) {
    let kind = input::detect(&bytes[..bytes.len().min(64 << 10)]);
    let lines = bytes.split(|&byte| byte == b'\n').count() as u64;
    let mut sink = |item| match item {
        Item::Problem {
            line,
            column,
            message,
        } => {
            assert!(
                line <= lines && column <= bytes.len() as u64 + 1,
                "{line}:{column}: {message}"
            );
            assert!(!message.is_empty());
        }
        Item::Finding(finding) => findings(&[*finding], bytes),
        Item::Pattern { line, outcome, .. } => {
            assert!((1..=lines).contains(&line));
            findings(&outcome.findings, bytes);
        }
        Item::Scenario { line, outcome, .. } => {
            assert!((1..=lines).contains(&line));
            // Their places are steps and not lines.
            findings(&outcome.findings, &[]);
        }
        _ => {}
    };
    match input::read("input", bytes, config, &mut |_| {}, &mut sink) {
        Ok(summary) => {
            assert!(kind.is_ok_and(|kind| kind == summary.kind));
            assert!(summary.lines <= lines);
        }
        Err(InputError::Io(error)) => panic!("a slice cannot fail: {error}"),
        Err(_) => {}
    }
}

/// Every finding has words, and a place in the file unless there is no file.
fn findings(findings: &[Finding], bytes: &[u8]) {
    if findings.is_empty() {
        return;
    }
    let lines = bytes.split(|&byte| byte == b'\n').count() + TRACE_HEADER.len();
    for finding in findings {
        let message = finding.message();
        assert!(!message.is_empty());
        assert!(
            bytes.is_empty() || finding.place.line as usize <= lines,
            "{message}"
        );
        assert!(
            finding
                .steps
                .iter()
                .all(|step| step.step >= 1 && step.task >= 1),
            "{message}"
        );
    }
}
