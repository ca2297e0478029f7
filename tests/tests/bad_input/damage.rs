//! Files with damage in the middle: noise, endless lines, words that nobody knows, releases of nothing.

use fence_engine::Config;
use fence_replay::input::{self, InputError};
use fence_replay::lines::SliceLines;
use fence_replay::proc_lockdep::{ProblemKind, Snapshot};
use fence_replay::{pattern, splat, tracefs};

use crate::memory::{MIB, peak};
use crate::recording::{PROC_LOCKDEP, data, read, trace};

/// Bytes without any order, always the same ones.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let bytes = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    bytes.take(count).collect()
}

#[test]
fn binary_noise_is_no_known_file() {
    let noise = noise(MIB);
    for begin in [0, 1000, 50_000] {
        assert!(matches!(
            input::detect(&noise[begin..]),
            Err(InputError::Unknown)
        ));
        assert!(matches!(
            read(&noise[begin..], Config::STRICT).lines,
            Some(Err(InputError::Unknown))
        ));
    }
}

#[test]
fn binary_noise_in_a_known_file_is_a_problem_a_line_and_no_more() {
    let noise = noise(MIB / 4);
    let noise_lines = noise.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
    let seen = read(
        [b"# tracer: nop\n", &noise[..]].concat().as_slice(),
        Config::STRICT,
    );
    assert!((1..=noise_lines).contains(&seen.problem_count));
    assert!(
        seen.problems
            .iter()
            .all(|problem| problem.0 > 1 && problem.1 > 0)
    );

    let seen = read([b"{\n", &noise[..]].concat().as_slice(), Config::STRICT);
    assert!(seen.ran.is_empty() && seen.problem_count <= noise_lines + 1);

    let file =
        pattern::parse_bytes(&[b"pattern a\n", &noise[..], b"\npattern b\nthread t\n"].concat());
    assert!(
        !file.patterns[0].is_usable()
            && file.patterns[0].problems.len() <= pattern::MAX_PROBLEMS + 1
    );
    assert!(
        file.patterns
            .last()
            .is_some_and(pattern::Pattern::is_usable)
    );

    assert_eq!(splat::read_reports(&noise), []);
    let snapshot = Snapshot::read(&noise[..]).expect("a slice cannot fail");
    assert!(snapshot.classes.is_empty() && snapshot.problems.len() <= 1000);
}

/// A line of 5 MB and its end.
fn long_line() -> Vec<u8> {
    let mut line = b"lock ".repeat(MIB);
    line.push(b'\n');
    line
}

#[test]
fn a_line_of_5_mb_in_a_trace_or_among_scenarios_costs_itself_only_and_little_memory() {
    let event = b"            task-1 [000] ..... 1.000000: lock_acquire: ff11 read &a\n";
    let text = [b"# tracer: nop\n", &long_line()[..], event].concat();
    let mut records = 0;
    let mut parser = tracefs::Parser::new();
    for line in SliceLines::new(&text) {
        records += u32::from(matches!(parser.read(&line), Some(Ok(_))));
    }
    assert_eq!(records, 1);
    let (seen, bytes) = peak(|| read(&text[..], Config::STRICT));
    assert_eq!(
        (seen.line_count(), seen.problem_count, seen.problems[0].0),
        (3, 1, 2)
    );
    assert!(bytes < 2 * MIB, "{bytes} bytes");

    let scenario = br#"{"id":"x","scenario":["class A","acq A w","rel A"]}"#;
    let text = [scenario, &b"\n"[..], &long_line(), scenario].concat();
    let (seen, bytes) = peak(|| read(&text[..], Config::STRICT));
    assert_eq!(
        (seen.ran.len(), seen.problem_count, seen.problems[0].0),
        (2, 1, 2)
    );
    assert!(bytes < 2 * MIB, "{bytes} bytes");
}

#[test]
fn a_line_of_5_mb_in_a_pattern_or_a_log_costs_itself_only() {
    let text = [
        b"pattern a\nthread t\n",
        &long_line()[..],
        b"pattern b\nthread t\n lock l mutex\n unlock l\n",
    ]
    .concat();
    let seen = read(&text[..], Config::STRICT);
    assert_eq!((seen.ran, seen.problems.len()), (vec!["b".to_owned()], 1));
    assert_eq!((seen.problems[0].0, seen.problems[0].1), (3, 1));

    let report = data("data/oracle/reports/recursive.1.txt");
    let reports = splat::read_reports(&[&long_line()[..], &report].concat());
    assert_eq!(
        (reports.len(), reports[0].held.len()),
        (1, splat::read_reports(&report)[0].held.len())
    );

    let text = [&long_line()[..], PROC_LOCKDEP.as_bytes()].concat();
    let snapshot = Snapshot::read(&text[..]).expect("a slice cannot fail");
    assert_eq!((snapshot.classes.len(), snapshot.problems.len()), (2, 1));
    assert_eq!(
        (snapshot.problems[0].line, snapshot.problems[0].kind),
        (1, ProblemKind::TooLong)
    );
}

#[test]
fn unknown_events_are_passed_over_in_a_trace_and_named_in_scenarios_and_patterns() {
    let event = |number: u64| (1, format!("event_{number}: a=1 b=[2] lock_acquire: c"));
    let seen = read(trace(1000, event), Config::STRICT);
    assert_eq!(
        (seen.line_count(), seen.problem_count, &seen.rules[..]),
        (1001, 1, &[][..])
    );
    assert!(
        seen.limits()[0].starts_with("1000 of the events")
            && seen.limits()[0].contains("`event_0` in line 2")
    );

    let seen = read(
        &br#"{"id":"x","scenario":["class A","acq A w","borrow A","rel A"]}"#[..],
        Config::STRICT,
    );
    assert_eq!(seen.problems[0].0, 1);
    assert!(seen.problems[0].2.contains("operation 2") && seen.problems[0].2.contains("borrow A"));

    let seen = read(
        &b"pattern p\nthread t\n lock a mutex\n  borrow a\n"[..],
        Config::STRICT,
    );
    assert_eq!((seen.problems[0].0, seen.problems[0].1), (4, 3));
}

#[test]
fn releases_without_an_acquisition_are_judged_where_they_can_be() {
    // The lock was taken before the recording began.
    let event = |_| (1, "lock_release: ff11 &lock".to_owned());
    let seen = read(trace(1000, event), Config::STRICT);
    assert_eq!(
        (seen.problem_count, seen.problems[0].0, &seen.rules[..]),
        (1, 2, &[][..])
    );
    assert!(
        seen.problems[0].2.contains("not seen to be taken"),
        "{:?}",
        seen.problems
    );
    let scenario = &br#"{"id":"x","scenario":["class A","rel A","rel A"]}"#[..];
    let source = &b"pattern p\nthread t\n unlock a\n unlock a\n end_signalling\n irq_on\n softirq_exit\n ww_end W\n"[..];
    assert_eq!(read(scenario, Config::KERNEL).rules, ["unbalanced-unlock"]);
    let rules = read(source, Config::STRICT).rules;
    assert!(
        rules.contains(&"unbalanced-unlock") && rules.contains(&"section-not-closed"),
        "{rules:?}"
    );
}
