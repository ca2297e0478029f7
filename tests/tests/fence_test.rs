//! `cargo fence test` from end to end: real cargo, real test processes, of the package `fence-halves`.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_fence::exit_code::{CLEAN, FAILURE, FINDINGS, NOTHING_TO_CHECK, TESTS_FAILED};
use fence_engine::ClassGraph;
use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn ends_with(&self, code: u8) {
        assert_eq!(self.code, i32::from(code), "{self:#?}");
    }

    /// The rules that were found, in order, from `--message-format short`.
    #[track_caller]
    fn rules(&self) -> Vec<&str> {
        let rule = |line: &'_ str| -> Option<usize> { line.find('[') };
        let lines = self.out.lines();
        lines
            .map(|line| {
                let at = rule(line).expect("every line of stdout is a finding");
                &line[at + 1..at + 6]
            })
            .collect()
    }
}

/// `cargo fence test`, with what its cargo is told about the fixture.
fn command(options: &[&str], cargo: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fence"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "FENCE_LOCKDEP_OPTIONS"] {
        command.env_remove(name);
    }
    // What is built already is in the folder that this test was built in.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    command.env(
        "CARGO_TARGET_DIR",
        target.expect("it lies in the target folder"),
    );
    command.args(["test"]).args(options);
    command
        .args(["--", "--package", "fence-halves"])
        .args(cargo);
    command
}

fn ran(mut command: Command) -> Ran {
    let output = command.output().expect("the command line runs");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

fn short(options: &[&str], cargo: &[&str]) -> Ran {
    ran(command(
        &[&["--message-format", "short"], options].concat(),
        cargo,
    ))
}

const SUBMIT: &[&str] = &["--test", "submit"];
const RESET: &[&str] = &["--test", "reset"];
const HALVES: &[&str] = &["--test", "submit", "--test", "reset"];

/// The tests of these names among those that are wrong by themselves.
fn broken<'a>(names: &[&'a str]) -> Vec<&'a str> {
    [&["--test", "broken", "--", "--ignored", "--exact"], names].concat()
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("fence-test")
        .join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder for temporary files");
    path
}

#[test]
fn each_half_is_clean_by_itself() {
    for half in [SUBMIT, RESET] {
        let ran = short(&[], half);
        ran.ends_with(CLEAN);
        assert_eq!(ran.out, "");
        assert!(ran.err.ends_with("fence: 1 process: clean\n"), "{ran:#?}");
    }
}

#[test]
fn a_cycle_that_no_process_has_is_found_in_what_both_have_learnt() {
    let ran = ran(command(&["--message-format", "json"], HALVES));
    ran.ends_with(FINDINGS);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("stdout is nothing but JSON"))
        .collect();
    let [finding, summary] = lines.as_slice() else {
        panic!("one finding and a summary: {ran:#?}");
    };
    assert_eq!(
        (&finding["rule"], &finding["level"]),
        (&"LD002".into(), &"error".into())
    );
    let mut cycle: Vec<&str> = finding["cycle"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    cycle.sort_unstable();
    assert_eq!(cycle, ["doorbell", "ring"]);
    // Each test is a thread with the name of its test, so both sides are told.
    let mut who: Vec<&str> = finding["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step["who"].as_str())
        .collect();
    who.sort_unstable();
    who.dedup();
    assert_eq!(who, ["a_job_is_submitted", "an_empty_ring_is_reset"]);
    assert!(
        finding["notes"]
            .to_string()
            .contains("no process shows this by itself")
    );
    assert_eq!(
        (&summary["type"], &summary["errors"]),
        (&"summary".into(), &1.into())
    );
}

#[test]
fn every_format_tells_it() {
    for (format, sign) in [
        ("human", "error[LD002] lock-order-cycle"),
        ("short", "error[LD002]: "),
        ("splat", "possible circular locking dependency detected"),
        ("json", "\"rule\":\"LD002\""),
    ] {
        let ran = ran(command(&["--message-format", format], HALVES));
        ran.ends_with(FINDINGS);
        assert!(ran.out.contains(sign), "{format}: {ran:#?}");
    }
}

#[test]
fn the_lines_of_the_source_are_shown_and_both_sides() {
    let ran = ran(command(&[], HALVES));
    assert!(
        ran.out.contains("self.ring.lock()") || ran.out.contains("self.doorbell.lock()"),
        "{ran:#?}"
    );
    assert!(ran.out.contains("an interleaving that hangs"), "{ran:#?}");
    assert!(
        ran.err.ends_with("fence: 2 processes: 1 error\n"),
        "{ran:#?}"
    );
}

#[test]
fn what_a_process_found_by_itself_is_told_though_its_tests_pass() {
    let ran = short(&[], &broken(&["sleeps_where_it_must_not", "both_halves"]));
    ran.ends_with(FINDINGS);
    assert_eq!(ran.rules(), ["LD002", "LD007"]);
    assert!(
        ran.err.contains("2 passed"),
        "what the tests print is shown: {ran:#?}"
    );
    let human = self::ran(command(&[], &broken(&["both_halves"])));
    assert!(
        human.out.contains("an interleaving that hangs"),
        "{human:#?}"
    );
    assert!(!human.out.contains("no process shows this"), "{human:#?}");
}

#[test]
fn what_two_processes_found_is_told_once() {
    let both = [
        HALVES,
        &broken(&[
            "both_halves",
            "a_job_is_submitted",
            "an_empty_ring_is_reset",
            "--include-ignored",
        ])[..],
    ]
    .concat();
    let both: Vec<&str> = both
        .into_iter()
        .filter(|word| *word != "--ignored")
        .collect();
    let ran = short(&[], &both);
    ran.ends_with(FINDINGS);
    assert_eq!(ran.rules(), ["LD002"], "{ran:#?}");
}

#[test]
fn failing_tests_fail_and_findings_outrank_them() {
    let failed = short(&[], &broken(&["fails"]));
    failed.ends_with(TESTS_FAILED);
    assert!(
        failed.err.ends_with("fence: the tests themselves failed\n"),
        "{failed:#?}"
    );
    short(&[], &broken(&["fails", "both_halves"])).ends_with(FINDINGS);
    let passing = short(&["--fail-on", "never"], &broken(&["both_halves"]));
    passing.ends_with(CLEAN);
    assert_eq!(passing.rules(), ["LD002"]);
    short(&["--fail-on", "never"], &broken(&["fails", "both_halves"])).ends_with(TESTS_FAILED);
}

#[test]
fn tests_that_do_not_build_or_do_not_exist_fail() {
    short(&[], &["--test", "missing"]).ends_with(TESTS_FAILED);
}

#[test]
fn without_a_process_that_uses_locks_there_is_nothing_to_check() {
    let ran = short(&[], &["--lib"]);
    ran.ends_with(NOTHING_TO_CHECK);
    assert!(
        ran.err
            .contains("no process of these tests has used fence-lockdep"),
        "{ran:#?}"
    );
}

#[test]
fn the_graph_of_all_processes_is_written() {
    let path = folder("graph").join("all.fgraph");
    let file = path.display().to_string();
    short(&["--graph-out", &file], HALVES).ends_with(FINDINGS);
    let graph = ClassGraph::decode(&std::fs::read(&path).expect("the file")).expect("a graph");
    for order in [["ring", "doorbell"], ["doorbell", "ring"]] {
        let is_known = graph
            .edges()
            .any(|edge| [edge.from, edge.to].map(|end| graph.class(end).label()) == order);
        assert!(is_known, "{order:?}");
    }
    short(
        &[
            "--graph-out",
            &folder("graph").join("no/all.fgraph").display().to_string(),
        ],
        SUBMIT,
    )
    .ends_with(FAILURE);
}

#[test]
fn a_suppression_is_for_what_one_process_finds_and_for_what_all_find_together() {
    let path = folder("suppressions").join("fence.supp");
    let text =
        "lock-order-cycle:ring # no reset while submitting\nsleep-in-atomic:status # unused\n";
    std::fs::write(&path, text).expect("a file");
    let file = path.display().to_string();
    for tests in [HALVES, &broken(&["both_halves"])] {
        let ran = short(&["--suppressions", &file], tests);
        ran.ends_with(CLEAN);
        let unused =
            format!("{file}:2: problem: nothing needed the suppression `sleep-in-atomic:status`");
        assert!(ran.out.is_empty() && ran.err.contains(&unused), "{ran:#?}");
    }
    let mut by_environment = command(&["--message-format", "short"], HALVES);
    by_environment.env("FENCE_LOCKDEP_OPTIONS", format!("suppressions=\"{file}\""));
    ran(by_environment).ends_with(CLEAN);
    let missing = path.with_extension("missing").display().to_string();
    short(&["--suppressions", &missing], HALVES).ends_with(FAILURE);
}

#[test]
fn the_options_of_the_environment_do_not_stop_the_tests() {
    let mut stubborn = command(&["--message-format", "short"], &broken(&["both_halves"]));
    let options = "on=abort:exitcode=9:log_path=elsewhere:onn=1";
    stubborn.env("FENCE_LOCKDEP_OPTIONS", options);
    let ran = ran(stubborn);
    ran.ends_with(FINDINGS);
    assert!(ran.err.contains("1 passed"), "{ran:#?}");
    let column = options.find("onn").map_or(0, |at| at + 1);
    let complaint = format!("FENCE_LOCKDEP_OPTIONS: column {column}: there is no option `onn`");
    assert_eq!(ran.err.matches(&complaint).count(), 1, "{ran:#?}");
}

#[test]
#[ignore = "needs cargo-nextest"]
fn nextest_runs_every_test_in_a_process_of_its_own() {
    let ran = short(&["--nextest"], HALVES);
    ran.ends_with(FINDINGS);
    assert_eq!(ran.rules(), ["LD002"]);
    assert!(
        ran.err.ends_with("fence: 2 processes: 1 error\n"),
        "{ran:#?}"
    );
}
