//! Input that is damaged, foreign or hostile: every part of it that can be read is, and the rest is a problem with a place.

use serde_json::Value;

use crate::program::{self, Folder, Ran, abba_trace, event, fence};

/// Problems of a run, as line, column and message.
fn problems(ran: &Ran) -> Vec<(u64, u64, String)> {
    let rows = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a JSON object"));
    let problems = rows.filter(|row| row["type"] == "problem");
    problems
        .map(|row| {
            let message = row["message"].as_str().expect("a message").to_owned();
            (
                row["line"].as_u64().expect("a line"),
                row["column"].as_u64().expect("a column"),
                message,
            )
        })
        .collect()
}

fn replay(folder: &str, file: &str, content: impl AsRef<[u8]>) -> Ran {
    fence(&[
        "replay",
        "--message-format",
        "json",
        &Folder::new(folder).file(file, content),
    ])
}

const CLEAN_SCENARIO: &str = r#"{"id":"clean","scenario":["class A","acq A w","rel A"]}"#;

#[test]
fn a_truncated_scenario_costs_itself_only() {
    let ran = replay(
        "broken-cut-scenario",
        "x.jsonl",
        format!("{CLEAN_SCENARIO}\n{}", &CLEAN_SCENARIO[..40]),
    );
    assert!(
        ran.out
            .starts_with("{\"v\":1,\"type\":\"scenario\",\"id\":\"clean\",\"verdict\":\"ok\""),
        "{}",
        ran.out
    );
    let problems = problems(&ran);
    assert_eq!(problems.len(), 1);
    // It ends in its second line, after 40 characters.
    assert_eq!((problems[0].0, problems[0].1), (2, 40), "{problems:?}");
    assert_eq!(ran.code, 2, "a scenario that was to be checked was not");
}

#[test]
fn an_operation_of_another_language_costs_its_scenario_only() {
    let text = format!(
        "{}\n{CLEAN_SCENARIO}\n",
        r#"{"id":"x","scenario":["class A","acq A w","frobnicate A"]}"#
    );
    let ran = replay("broken-operation", "x.jsonl", text);
    let problems = problems(&ran);
    assert!(
        problems.len() == 1 && problems[0].0 == 1 && problems[0].2.contains("frobnicate A"),
        "{problems:?}"
    );
    assert!(ran.out.contains("\"id\":\"clean\""), "{}", ran.out);
}

#[test]
fn a_bad_line_costs_its_pattern_only_and_says_what_was_meant() {
    let text = format!(
        "pattern bad\nthread t\n  lock a mutx\npattern good\n{}",
        program::CLEAN
    );
    let ran = replay("broken-pattern", "x.fence", text);
    let problems = problems(&ran);
    assert!(
        problems.len() == 1 && (problems[0].0, problems[0].1) == (3, 10),
        "{problems:?}"
    );
    assert!(problems[0].2.contains("mutex"), "{problems:?}");
    assert!(
        ran.out.contains("\"id\":\"good\"") && !ran.out.contains("\"id\":\"bad\""),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 2);
}

#[test]
fn for_people_a_problem_is_a_line_on_stderr_that_an_editor_can_follow() {
    let file =
        Folder::new("broken-people").file("x.fence", "pattern bad\nthread t\n  lock a mutx\n");
    let ran = fence(&["replay", &file]);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.starts_with(&format!("{file}:3:10: problem: ")),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .ends_with("fence: nothing checked: 1 problem, 1 could not be checked\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_truncated_trace_is_read_up_to_its_end() {
    let whole = abba_trace();
    let cut = whole.rfind("t2-2").expect("the last event");
    let ran = replay("broken-cut-trace", "x.txt", &whole[..cut + 4]);
    assert!(ran.out.contains("\"rule\":\"LD002\""), "{}", ran.out);
    let problems = problems(&ran);
    assert!(
        problems
            .iter()
            .any(|problem| problem.0 == 10 && problem.1 > 0),
        "{problems:?}"
    );
    assert_eq!(ran.code, 1);
}

#[test]
fn binary_junk_is_refused_and_junk_inside_a_trace_costs_its_lines() {
    let junk: Vec<u8> = (0..50_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let ran = replay("broken-junk", "x.bin", &junk);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert_eq!(problems(&ran).len(), 1);
    let mut mixed = abba_trace().into_bytes();
    mixed.extend(&junk);
    mixed.push(b'\n');
    mixed.extend(abba_trace().replace("_lock", "_other_lock").bytes());
    let ran = replay("broken-mixed", "x.txt", mixed);
    let found = ran
        .out
        .lines()
        .filter(|line| line.contains("\"rule\":\"LD002\""))
        .count();
    assert_eq!((found, ran.code), (2, 1), "before the junk and after it");
    assert!(!problems(&ran).is_empty());
}

#[test]
fn lines_of_megabytes_are_problems_in_every_kind_of_file() {
    let long = "x".repeat(3 << 20);
    let scenario = format!("{{\"id\":\"long\",\"scenario\":[\"{long}\"]}}\n{CLEAN_SCENARIO}\n");
    let pattern = format!("pattern long\n{long}\npattern clean\n{}", program::CLEAN);
    let trace = format!("# tracer: nop\n#\n{}{}", event(1, 1, &long), &abba_trace());
    for (file, text, after) in [
        ("x.jsonl", scenario, "\"id\":\"clean\""),
        ("x.fence", pattern, "\"id\":\"clean\""),
        ("x.txt", trace, "\"rule\":\"LD002\""),
    ] {
        let ran = replay("broken-long", file, text);
        assert!(
            ran.out.contains(after),
            "{file}: what follows the long line is read: {}",
            ran.out
        );
        let problems = problems(&ran);
        assert!(
            problems.len() == 1 && problems[0].0 > 0,
            "{file}: {problems:?}"
        );
        assert!(ran.out.len() < 4096, "{file}: the line is not repeated");
    }
}

#[test]
fn unknown_events_are_passed_over_with_a_word() {
    let text = abba_trace()
        + &event(1, 20, "frobnicate: level=11")
        + &event(1, 21, "frobnicate: level=12");
    let ran = replay("broken-unknown", "x.txt", text);
    assert!(ran.out.contains("\"rule\":\"LD002\""), "{}", ran.out);
    let problems = problems(&ran);
    assert!(
        problems.len() == 1 && problems[0].2.contains("`frobnicate` in line 11"),
        "{problems:?}"
    );
}

#[test]
fn releases_without_acquisition_are_a_problem_at_the_first_of_them() {
    let text = format!(
        "# tracer: nop\n#\n{}",
        event(1, 1, "lock_release: ff11000000000010 a_lock").repeat(3)
    );
    let ran = replay("broken-release", "x.txt", text);
    let problems = problems(&ran);
    assert!(
        problems.len() == 1 && problems[0].0 == 3 && problems[0].2.contains("first of 3"),
        "{problems:?}"
    );
    assert_eq!(ran.code, 0);
}

#[test]
fn in_patterns_and_scenarios_a_release_without_acquisition_is_a_finding() {
    let ran = replay(
        "broken-unlock",
        "x.fence",
        "thread t\n  lock a mutex\n  unlock a\n  unlock a\n",
    );
    assert!(
        ran.out.contains("\"name\":\"unbalanced-unlock\""),
        "{}",
        ran.out
    );
    let ran = replay(
        "broken-rel",
        "x.jsonl",
        r#"{"id":"x","scenario":["class A","rel A"]}"#,
    );
    assert!(
        ran.out.contains("\"verdict\":\"bad-unlock\",\"step\":0"),
        "{}",
        ran.out
    );
}

#[test]
fn a_million_classes_are_more_than_is_kept_and_are_said_to_be() {
    use std::fmt::Write as _;
    let mut text = String::from("# tracer: nop\n#\n");
    for class in 0..1_000_000 {
        writeln!(
            text,
            " t-1 [000] ..... 1.000001: lock_acquire: ff11000000000010 class{class}"
        )
        .expect("a string");
        writeln!(
            text,
            " t-1 [000] ..... 1.000002: lock_release: ff11000000000010 class{class}"
        )
        .expect("a string");
    }
    let ran = replay("broken-classes", "x.txt", text);
    assert_eq!(ran.code, 0);
    let problems = problems(&ran);
    assert!(
        problems.len() == 1 && problems[0].2.contains("262,144 lock names"),
        "{problems:?}"
    );
}

#[test]
fn binary_recordings_are_refused_with_the_line_that_converts_them() {
    let ran = fence(&[
        "replay",
        &Folder::new("broken-dat").file("trace.dat", b"\x17\x08\x44tracing7\0\0\0"),
    ]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("trace-cmd report"), "{}", ran.err);
    let ran = fence(&[
        "replay",
        &Folder::new("broken-perf").file("perf.data", b"PERFILE2h\0\0\0"),
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("perf script"), "{}", ran.err);
}

#[test]
fn what_belongs_to_another_command_is_refused_with_that_command() {
    let ran = fence(&["replay", "tests/data/oracle/reports/circular.1.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:#?}");
    assert!(ran.err.contains("cargo fence graph"), "{}", ran.err);
}

#[test]
fn names_cannot_drive_the_terminal() {
    let text = abba_trace().replace("a_lock", "a\u{1b}[2Jlock");
    let folder = Folder::new("broken-escape");
    let file = folder.file("x\u{1b}[2J.txt", text);
    for format in ["human", "short", "splat", "json"] {
        let ran = fence(&["replay", &file, "--message-format", format]);
        assert!(ran.out.contains("LD002"), "{format}");
        assert!(
            !ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'),
            "{format}: {ran:?}"
        );
    }
}

#[test]
fn many_problems_do_not_bury_what_was_found() {
    let text = format!("{}{}", abba_trace(), "damaged\n".repeat(10_000));
    let folder = Folder::new("broken-many");
    let file = folder.file("x.txt", text);
    let ran = fence(&["replay", &file, "--message-format", "short"]);
    assert!(ran.err.lines().count() < 30, "{}", ran.err);
    assert!(ran.err.contains("9980 more problems"), "{}", ran.err);
    let ran = fence(&["replay", &file, "--message-format", "json"]);
    assert_eq!(problems(&ran).len(), 10_000);
}
