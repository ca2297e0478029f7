//! Files, folders and the standard input.

use crate::program::{self, Folder, abba_trace, fence, fence_reading};

#[test]
fn files_are_told_apart_by_content_and_not_by_name() {
    let folder = Folder::new("inputs-content");
    let scenario = r#"{"id":"x","scenario":["class A","acq A w","acq A w"]}"#;
    let files = [
        folder.file("pattern.txt", program::ABBA),
        folder.file("scenario.fence", scenario),
        folder.file("trace.jsonl", abba_trace()),
    ];
    let ran = fence(&[
        "replay",
        "--message-format",
        "json",
        &files[0],
        &files[1],
        &files[2],
    ]);
    let types: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.split('"').nth(5))
        .collect();
    assert_eq!(
        types,
        ["pattern", "scenario", "finding", "summary"],
        "{}",
        ran.out
    );
}

#[test]
fn a_dash_is_the_standard_input_for_every_kind_of_file() {
    let scenario = r#"{"id":"x","scenario":["class A","acq A w","acq A w"]}"#;
    for (input, rule) in [
        (program::ABBA, "LD002"),
        (scenario, "LD001"),
        (&abba_trace(), "LD002"),
    ] {
        let ran = fence_reading(
            &["replay", "-", "--message-format", "short"],
            input.as_bytes(),
        );
        assert_eq!(ran.code, 1, "{ran:#?}");
        assert!(ran.out.contains(rule), "{ran:#?}");
    }
    let ran = fence_reading(
        &["replay", "-", "--message-format", "short"],
        abba_trace().as_bytes(),
    );
    assert!(
        ran.out.starts_with("<stdin>:8: error[LD002]: "),
        "{}",
        ran.out
    );
}

#[test]
fn a_folder_is_walked_in_the_order_of_names_and_for_known_endings_only() {
    let folder = Folder::new("inputs-folder");
    for name in [
        "b.fence",
        "a/z.fence",
        "a.fence",
        "c/d/e.fence",
        "skipped.md",
        ".hidden/x.fence",
        ".x.fence",
    ] {
        let id = name.replace(['/', '.'], "-");
        folder.file(name, format!("pattern {id}\n{}", program::CLEAN));
    }
    let ran = fence(&["replay", &folder.path()]);
    // The folder `a` stands before the file `a.fence`.
    assert_eq!(
        ran.out,
        "ok   a-z-fence\nok   a-fence\nok   b-fence\nok   c-d-e-fence\n"
    );
    assert_eq!(ran.code, 0);
}

#[test]
fn what_is_something_else_in_a_folder_is_left_out_but_not_if_it_was_named() {
    let folder = Folder::new("inputs-else");
    folder.file("clean.fence", program::CLEAN);
    let notes = folder.file("notes.txt", "remember the milk\n");
    let ran = fence(&["replay", &folder.path()]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.err.contains("notes.txt: note: left out"), "{ran:#?}");
    let ran = fence(&["replay", &notes]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:#?}");
    assert!(
        ran.err.starts_with("error: ") && ran.err.contains("notes.txt"),
        "{ran:#?}"
    );
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_has_an_end() {
    let folder = Folder::new("inputs-links");
    folder.file("clean.fence", program::CLEAN);
    std::os::unix::fs::symlink(folder.path(), format!("{}/again", folder.path())).expect("a link");
    let ran = fence(&["replay", &folder.path()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok   clean\n"));
}

#[test]
fn every_recorded_file_and_every_pattern_is_read() {
    for (path, code) in [
        ("tests/patterns", 0),
        ("tests/data/oracle/families.jsonl", 1),
        ("tests/data/oracle/traces/trace.swsync.txt", 1),
        (
            "tests/data/oracle/traces/variants/mutex-over-wait.perf-script.txt",
            1,
        ),
        (
            "tests/data/oracle/traces/variants/mutex-over-wait.report.txt",
            1,
        ),
    ] {
        let ran = fence(&[
            "replay",
            path,
            "--message-format",
            "short",
            "--fail-on",
            "note",
        ]);
        assert_eq!(ran.code, code, "{path}: {}", ran.err);
    }
}

#[test]
fn a_pattern_file_whose_expectations_are_met_is_a_list_of_names() {
    let folder = Folder::new("inputs-list");
    let two = format!(
        "pattern bad\nexpect LD002\n{}pattern good\nexpect clean\n{}",
        program::ABBA,
        program::CLEAN
    );
    let ran = fence(&["replay", &folder.file("two.fence", two)]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok   bad\nok   good\n"));
    assert_eq!(ran.err, "fence: 2 patterns in 1 file: all as expected\n");
}

#[test]
fn a_lone_pattern_is_told_in_full_even_if_it_is_as_expected() {
    let ran = fence_reading(
        &["replay", "-"],
        format!("expect LD002\n{}", program::ABBA).as_bytes(),
    );
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .starts_with("ok   stdin\n\nerror[LD002] lock-order-cycle: "),
        "{}",
        ran.out
    );
}

#[test]
fn a_pattern_that_fails_says_what_was_expected_and_what_was_found() {
    let two = format!(
        "pattern one\nexpect DF104\n{}pattern two\nexpect clean\n{}",
        program::CLEAN,
        program::ABBA
    );
    let ran = fence_reading(&["replay", "-"], two.as_bytes());
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .starts_with("FAIL one: expected reclaim-in-signalling, found nothing\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("FAIL two: expected clean, found lock-order-cycle\n\nerror[LD002]"),
        "{}",
        ran.out
    );
    assert_eq!(
        ran.err,
        "fence: 2 patterns in 1 file: 1 error, 2 not as expected\n"
    );
}

#[test]
fn source_lines_are_shown_for_patterns_and_traces_but_not_for_what_cannot_be_read_again() {
    let folder = Folder::new("inputs-lines");
    let trace = abba_trace();
    let shown = format!(
        "8 | {}",
        trace
            .lines()
            .nth(7)
            .expect("the line that closes the circle")
    );
    let ran = fence(&["replay", &folder.file("abba.txt", &trace)]);
    assert!(ran.out.contains(&shown), "{}", ran.out);
    let ran = fence_reading(&["replay", "-"], trace.as_bytes());
    assert!(
        ran.out.contains("--> <stdin>:8\n") && !ran.out.contains(&shown),
        "{}",
        ran.out
    );
    let ran = fence(&["replay", &folder.file("abba.fence", program::ABBA)]);
    assert!(ran.out.contains("8 |   lock a mutex\n"), "{}", ran.out);
}
