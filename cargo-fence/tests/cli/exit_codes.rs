//! What the exit code says.

use cargo_fence::exit_code::{CLEAN, FAILURE, FINDINGS, NOTHING_TO_CHECK};

use crate::program::{self, Folder, abba_trace, fence};

#[track_caller]
fn ends_with(code: u8, arguments: &[&str]) {
    let ran = fence(arguments);
    assert_eq!(ran.code, i32::from(code), "{arguments:?}: {ran:#?}");
}

#[test]
fn the_codes_are_the_numbers_that_were_promised() {
    assert_eq!([CLEAN, FINDINGS, FAILURE, NOTHING_TO_CHECK], [0, 1, 2, 3]);
}

#[test]
fn a_pattern_without_expectation_counts_by_its_findings() {
    let folder = Folder::new("exit-pattern");
    ends_with(
        FINDINGS,
        &["replay", &folder.file("abba.fence", program::ABBA)],
    );
    ends_with(
        CLEAN,
        &["replay", &folder.file("clean.fence", program::CLEAN)],
    );
}

#[test]
fn a_pattern_with_an_expectation_counts_by_it() {
    let folder = Folder::new("exit-expect");
    let expecting = |what: &str, threads: &str| format!("expect {what}\n{threads}");
    ends_with(
        CLEAN,
        &[
            "replay",
            &folder.file("met.fence", expecting("lock-order-cycle", program::ABBA)),
        ],
    );
    ends_with(
        CLEAN,
        &[
            "replay",
            &folder.file("id.fence", expecting("LD002", program::ABBA)),
        ],
    );
    ends_with(
        FINDINGS,
        &[
            "replay",
            &folder.file("unmet.fence", expecting("lock-order-cycle", program::CLEAN)),
        ],
    );
    ends_with(
        FINDINGS,
        &[
            "replay",
            &folder.file("other.fence", expecting("clean", program::ABBA)),
        ],
    );
}

#[test]
fn a_scenario_counts_by_its_verdict() {
    let folder = Folder::new("exit-scenario");
    let scenario =
        |operations: &str| format!("{{\"id\":\"x\",\"scenario\":[\"class A\",{operations}]}}\n");
    let recursive = folder.file(
        "bad.jsonl",
        scenario(r#""acq A w","acq A w","rel A","rel A""#),
    );
    let clean = folder.file("ok.jsonl", scenario(r#""acq A w","rel A""#));
    for profile in ["kernel", "strict"] {
        ends_with(FINDINGS, &["replay", "--profile", profile, &recursive]);
        ends_with(CLEAN, &["replay", "--profile", profile, &clean]);
        ends_with(
            FINDINGS,
            &["replay", "--profile", profile, &clean, &recursive],
        );
    }
}

#[test]
fn a_trace_counts_by_the_levels_of_its_findings() {
    let folder = Folder::new("exit-trace");
    let abba = folder.file("abba.txt", abba_trace());
    for (fail_on, code) in [
        ("error", FINDINGS),
        ("warning", FINDINGS),
        ("note", FINDINGS),
        ("never", CLEAN),
    ] {
        ends_with(code, &["replay", &abba, "--fail-on", fail_on]);
    }
    // Two instances of one class nested are a note in a recording, which cannot show subclasses.
    let note = folder.file("note.txt", abba_trace().replace("b_lock", "a_lock"));
    for (fail_on, code) in [
        ("error", CLEAN),
        ("warning", CLEAN),
        ("note", FINDINGS),
        ("never", CLEAN),
    ] {
        ends_with(code, &["replay", &note, "--fail-on", fail_on]);
    }
}

#[test]
fn wrong_usage_is_a_failure() {
    for arguments in [
        &["replay"][..],
        &[],
        &["relpay", "x"],
        &["replay", "x", "--profile", "lenient"],
        &["replay", "x", "--no-such-option"],
        &["explain"],
        &["explain", "--all", "LD001"],
    ] {
        ends_with(FAILURE, arguments);
    }
}

#[test]
fn help_and_version_are_no_failure() {
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["help", "replay"],
        &["replay", "--help"],
        &["--version"],
    ] {
        let ran = fence(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(!ran.out.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_read_is_a_failure_even_beside_findings() {
    let folder = Folder::new("exit-unread");
    let abba = folder.file("abba.fence", program::ABBA);
    let missing = format!("{}/missing.fence", folder.path());
    ends_with(FAILURE, &["replay", &missing]);
    ends_with(FAILURE, &["replay", &abba, &missing]);
    ends_with(FAILURE, &["replay", &missing, "--fail-on", "never"]);
    let ran = fence(&["replay", &missing, &abba, "--message-format", "short"]);
    assert!(
        ran.out.contains("LD002"),
        "the other file is checked all the same: {ran:#?}"
    );
}

#[test]
fn nothing_to_check_is_no_success() {
    let folder = Folder::new("exit-nothing");
    ends_with(NOTHING_TO_CHECK, &["replay", &folder.path()]);
    ends_with(NOTHING_TO_CHECK, &["replay", &folder.file("empty.txt", "")]);
    ends_with(
        NOTHING_TO_CHECK,
        &["replay", &folder.file("blank.fence", "\n \t\n")],
    );
    ends_with(NOTHING_TO_CHECK, &["replay", "-"]);
    ends_with(
        NOTHING_TO_CHECK,
        &["replay", &folder.file("header.trace", "# tracer: nop\n#\n")],
    );
    ends_with(
        CLEAN,
        &[
            "replay",
            &folder.path(),
            &folder.file("clean.fence", program::CLEAN),
        ],
    );
}

#[test]
fn a_trace_without_lock_events_is_nothing_to_check_and_says_what_to_record() {
    let folder = Folder::new("exit-no-locks");
    let text = format!(
        "# tracer: nop\n#\n{}",
        program::event(1, 1, "sched_process_exit: comm=t pid=1 prio=120")
    );
    let ran = fence(&["replay", &folder.file("sched.txt", text)]);
    assert_eq!(ran.code, i32::from(NOTHING_TO_CHECK), "{ran:#?}");
    assert!(ran.err.contains("events/lock"), "{ran:#?}");
}
