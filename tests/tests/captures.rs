//! Captures of a real kernel: buggy ones are found, where the kernel found them; their corrected twins are clean.

use std::path::PathBuf;

use fence_engine::{Config, Finding, Level};
use fence_replay::lines::SliceLines;
use fence_replay::trace_events::Replay;
use fence_replay::tracefs::Parser;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/oracle/traces"))
}

fn findings(path: &str) -> Vec<Finding> {
    let text = std::fs::read(folder().join(path)).expect("a capture");
    let mut parser = Parser::new();
    let mut replay = Replay::new(path, Config::STRICT);
    for line in SliceLines::new(&text) {
        if let Some(Ok(record)) = parser.read(&line) {
            replay.record(&record);
        }
    }
    replay.finish();
    let mut engine = replay.into_engine();
    engine.take_findings()
}

fn serious(findings: &[Finding]) -> Vec<String> {
    let serious = findings
        .iter()
        .filter(|finding| finding.level >= Level::Warning);
    serious
        .map(|finding| {
            format!(
                "{}: {}: {}",
                finding.place.line,
                finding.rule.name,
                finding.message()
            )
        })
        .collect()
}

fn index() -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join("index.jsonl")).expect("the index");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object"))
        .collect()
}

/// `same-class-two-mutexes` cannot be decided from a capture: subclasses are not visible, and its twin looks alike.
const UNDECIDABLE: &[&str] = &["same-class-two-mutexes"];

#[test]
fn buggy_captures_are_found_and_corrected_twins_are_clean() {
    let mut wrong = Vec::new();
    for row in index() {
        let case = row["case"].as_str().expect("a name");
        let found = findings(&format!("{case}.trace.txt"));
        let serious = serious(&found);
        if row["buggy"] == true {
            let line = row["report_line"].as_u64();
            let at_line = found
                .iter()
                .any(|finding| line == Some(u64::from(finding.place.line)));
            if UNDECIDABLE.contains(&case) {
                if !at_line || !serious.is_empty() {
                    wrong.push(format!(
                        "{case}: a note at {line:?} and nothing else, got {serious:#?}"
                    ));
                }
            } else if serious.is_empty() || line.is_some() && !at_line {
                wrong.push(format!(
                    "{case}: expected at {line:?} {}, got {serious:#?}",
                    row["expect_strict"]
                ));
            }
        } else if !serious.is_empty() {
            wrong.push(format!("{case}: must be clean, got {serious:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_captures_of_correct_code_are_clean() {
    for case in ["trace.swsync.txt", "trace.ffs.txt"] {
        let serious = serious(&findings(case));
        assert!(serious.is_empty(), "{case}: {serious:#?}");
    }
}

/// Rule, level and fingerprint of each finding: what must not depend on how a recording is printed.
fn essence(path: &str) -> Vec<(&'static str, Level, u64)> {
    let mut all: Vec<_> = findings(path)
        .iter()
        .map(|finding| (finding.rule.id, finding.level, finding.fingerprint))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn one_recording_printed_in_many_ways_has_the_same_findings() {
    let plain = essence("mutex-over-wait.trace.txt");
    assert!(
        plain
            .iter()
            .any(|(rule, level, _)| *rule == "DF101" && *level == Level::Error),
        "{plain:?}"
    );
    // Runs of the same case on other boots, and through other tools. What each lacks is told beside the findings.
    for variant in [
        "hashed-pointers.trace.txt",
        "smp2-mutex-over-wait.trace.txt",
        "mutex-over-wait.report.txt",
        "mutex-over-wait.report-latency.txt",
        "mutex-over-wait.report-raw.txt",
        "mutex-over-wait.perf-script.txt",
    ] {
        assert_eq!(essence(&format!("variants/{variant}")), plain, "{variant}");
    }
    // One clean recording, printed with different options.
    let clean = essence("variants/default.trace.txt");
    for variant in [
        "latency-format",
        "verbose-latency",
        "noirq-info",
        "fields",
        "record-tgid",
        "stacktrace",
        "more-events",
    ] {
        assert_eq!(
            essence(&format!("variants/{variant}.trace.txt")),
            clean,
            "{variant}"
        );
    }
}

/// From the first report on the kernel's lockdep is off: sections leave no event, and waits release what nobody holds.
#[test]
fn a_recording_with_lockdep_off_gives_what_locks_and_fences_alone_can_tell() {
    let found = findings("variants/lockdep-off-section.trace.txt");
    let serious = serious(&found);
    assert_eq!(serious.len(), 1, "{serious:#?}");
    assert_eq!(
        (found[0].rule.name, found[0].place.line),
        ("wait-under-signalling-lock", 171)
    );
}

#[test]
fn recordings_without_tasks_tell_nothing_and_lost_events_make_nothing_up() {
    for variant in ["nocontext-info", "lost-overwrite", "lost-trace_pipe"] {
        let serious = serious(&findings(&format!("variants/{variant}.trace.txt")));
        assert!(serious.is_empty(), "{variant}: {serious:#?}");
    }
}

/// Three views of one run, written by hand: two items of a queue that runs two at a time, and one queued behind them.
/// Where one of the two was queued before the recording began, or its event was lost, the third seems to wait for the
/// other alone; nothing may be concluded from that.
#[test]
fn a_queue_that_was_not_seen_from_its_start_is_not_said_to_run_one_item_at_a_time() {
    for name in [
        "queue-seen-whole",
        "queue-seen-from-the-middle",
        "queue-with-lost-events",
    ] {
        let path = format!("../../traces/{name}.trace.txt");
        let serious = serious(&findings(&path));
        assert!(serious.is_empty(), "{name}: {serious:#?}");
    }
}
