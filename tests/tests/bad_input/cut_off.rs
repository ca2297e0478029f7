//! Files of every kind that end in the middle.

use fence_engine::Config;
use fence_replay::input::InputError;
use fence_replay::lines::SliceLines;
use fence_replay::proc_lockdep::Snapshot;
use fence_replay::{pattern, pattern_events, splat};

use crate::recording::{PROC_LOCKDEP, data, read};

/// The first bytes of a file, in fifty lengths, the last of them all of it.
fn cuts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..=50).map(|part| &bytes[..bytes.len() * part / 50])
}

#[test]
fn a_trace_cut_off_anywhere_loses_its_last_line_at_most() {
    for name in [
        "resv-in-section.trace.txt",
        "variants/verbose-latency.trace.txt",
        "variants/latency-format.trace.txt",
        "variants/mutex-over-wait.perf-script.txt",
        "variants/mutex-over-wait.report.txt",
        "variants/lost-overwrite.trace.txt",
    ] {
        let whole = data(&format!("data/oracle/traces/{name}"));
        let known = read(&whole[..], Config::STRICT).problems;
        for cut in cuts(&whole) {
            let last = SliceLines::new(cut).count() as u64;
            let seen = read(cut, Config::STRICT);
            if let Some(Err(error)) = &seen.lines {
                assert!(
                    matches!(error, InputError::Unknown) && cut.len() < 4096,
                    "{name}: {error}"
                );
                continue;
            }
            // One without a column is about the whole file.
            let new = seen
                .problems
                .iter()
                .filter(|problem| problem.1 > 0 && !known.contains(problem));
            for (line, column, message) in new {
                assert!(
                    *line == last,
                    "{name}, {} bytes: {line}:{column}: {message}",
                    cut.len()
                );
            }
        }
    }
}

#[test]
fn scenarios_cut_off_anywhere_lose_their_last_line_at_most() {
    let whole: Vec<u8> = data("data/oracle/fence.jsonl")
        .into_iter()
        .take(40_000)
        .collect();
    let all = read(&whole[..], Config::KERNEL).ran;
    for cut in cuts(&whole).skip(1) {
        let seen = read(cut, Config::KERNEL);
        let complete = cut.iter().filter(|&&byte| byte == b'\n').count();
        assert!(
            seen.ran.len() >= complete && all.starts_with(&seen.ran),
            "{} bytes",
            cut.len()
        );
        for (line, column, message) in &seen.problems {
            assert!(
                *line == complete as u64 + 1 && *column > 0,
                "{line}:{column}: {message}"
            );
        }
        assert!(seen.problems.len() <= 1);
    }
}

#[test]
fn patterns_cut_off_anywhere_lose_their_last_one_at_most() {
    let whole: Vec<u8> = [
        "lock-order-cycle/abba-two-paths",
        "flush-in-signalling/reset-flushes-submit-work",
        "callback-misuse/signals-own-fence",
        "error-after-signal/error-found-after-success",
    ]
    .iter()
    .flat_map(|name| data(&format!("patterns/{name}.fence")))
    .collect();
    let known: Vec<_> = pattern::parse_bytes(&whole).patterns;
    for cut in cuts(&whole) {
        let mut file = pattern::parse_bytes(cut);
        assert_eq!(file.problems, []);
        let cut_off = file.patterns.pop();
        assert!(known.starts_with(&file.patterns), "{} bytes", cut.len());
        let problems = cut_off.iter().flat_map(|pattern| &pattern.problems);
        assert!(
            problems
                .into_iter()
                .all(|problem| problem.pos.line > 0 && problem.pos.column > 0)
        );
        for pattern in cut_off.iter().filter(|pattern| pattern.is_usable()) {
            let _ = pattern_events::run(pattern, "cut", Config::STRICT);
        }
    }
}

#[test]
fn logs_and_lockdep_files_cut_off_anywhere_lose_their_last_entry_at_most() {
    for name in [
        "circular.1",
        "hardirq-safe-unsafe.1",
        "inconsistent.2",
        "bad-unlock.1",
    ] {
        let log = data(&format!("data/oracle/reports/{name}.txt")).repeat(2);
        let known = splat::read_reports(&log);
        assert_eq!(known.len(), 2, "{name}");
        for cut in cuts(&log) {
            let mut reports = splat::read_reports(cut);
            reports.pop();
            assert!(known.starts_with(&reports), "{name}, {} bytes", cut.len());
        }
    }
    let known = Snapshot::read(PROC_LOCKDEP.as_bytes())
        .expect("a slice cannot fail")
        .classes;
    for cut in cuts(PROC_LOCKDEP.as_bytes()) {
        let mut snapshot = Snapshot::read(cut).expect("a slice cannot fail");
        snapshot.classes.pop();
        assert!(known.starts_with(&snapshot.classes));
        assert!(
            snapshot
                .problems
                .iter()
                .all(|problem| problem.line > 0 && problem.column > 0)
        );
    }
}

#[test]
fn binary_recordings_are_refused_with_the_command_that_converts_them() {
    let recording = data("data/oracle/traces/variants/mutex-over-wait.trace.dat");
    for cut in cuts(&recording).skip(1) {
        let Some(Err(error)) = read(cut, Config::STRICT).lines else {
            panic!("read a binary file")
        };
        assert!(error.to_string().contains("trace-cmd report"), "{error}");
    }
}
