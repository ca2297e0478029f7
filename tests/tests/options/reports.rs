//! What is told of findings, and how the process ends.

use crate::program::{ABBA, CYCLE, ended, program, run};

#[test]
fn without_options_a_finding_is_told_once_and_the_process_goes_on_and_ends_with_66() {
    let mut command = program();
    let ended = ended(command.args(ABBA).args(ABBA).output().expect("it runs"));
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert_eq!(ended.reports(CYCLE), 1, "{ended:#?}");
    assert!(ended.has_done("doorbell-ring"), "{ended:#?}");
    assert_eq!(ended.summary(), Some("1 finding: 1 error"), "{ended:#?}");
}

#[test]
fn a_process_without_findings_says_nothing_and_ends_as_it_likes() {
    let clean = run("", &["ring-doorbell"]);
    assert_eq!((clean.code, clean.err.as_str()), (Some(0), ""));
    let code = run("", &["ring-doorbell", "exit"]);
    assert_eq!((code.code, code.err.as_str()), (Some(7), ""));
}

#[test]
fn a_report_tells_both_sides() {
    let ended = run("", ABBA);
    // Each of the two functions takes one lock and then the other: four places in all.
    for class in ["`ring`", "`doorbell`"] {
        assert!(ended.err.contains(class), "{ended:#?}");
    }
    let places: std::collections::BTreeSet<&str> = ended
        .err
        .split_whitespace()
        .filter(|word| word.contains("checked_program.rs:"))
        .collect();
    assert_eq!(places.len(), 4, "{ended:#?}");
}

#[test]
fn the_exit_code_can_be_chosen_and_0_leaves_the_process_its_own() {
    assert_eq!(run("exitcode=3", ABBA).code, Some(3));
    assert_eq!(run("exitcode=0", ABBA).code, Some(0));
    let with_exit = [ABBA, &["exit"]].concat();
    assert_eq!(run("exitcode=0", &with_exit).code, Some(7));
    assert_eq!(run("", &with_exit).code, Some(66));
}

#[test]
fn a_note_is_told_and_does_not_count() {
    let ended = run("on=panic", &["gated"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(ended.reports(CYCLE), 1, "{ended:#?}");
    assert_eq!(ended.summary(), Some("1 finding: 1 note"), "{ended:#?}");
}

#[test]
fn what_only_the_end_shows_is_told_at_the_end() {
    // DF201 is for a fence that was published and is still not signalled when everything is over.
    let ended = run("", &["unsignalled"]);
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert_eq!(ended.reports("DF201"), 1, "{ended:#?}");
    let at_exit = run("", &["unsignalled", "exit"]);
    assert_eq!(at_exit.reports("DF201"), 1, "{at_exit:#?}");
}

#[test]
fn a_panic_in_main_does_not_keep_the_end_from_being_told() {
    let ended = run("", &[ABBA, &["unsignalled", "panic"]].concat());
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert!(ended.err.contains("a panic of its own"), "{ended:#?}");
    assert_eq!(
        (ended.reports(CYCLE), ended.reports("DF201")),
        (1, 1),
        "{ended:#?}"
    );
    let clean = run("", &["panic"]);
    assert_eq!(clean.code, Some(101), "{clean:#?}");
}

#[test]
fn what_a_dying_thread_finds_in_its_thread_local_storage_is_told() {
    let ended = run("", &["ring-doorbell", "thread-local"]);
    assert_eq!(ended.reports(CYCLE), 1, "{ended:#?}");
    assert!(ended.out.contains("joined: true"), "{ended:#?}");
    assert_eq!(ended.code, Some(66), "{ended:#?}");
}

#[test]
fn beyond_the_limit_findings_are_counted_only() {
    let what = [ABBA, &["sleep"]].concat();
    let all = run("", &what);
    assert_eq!(
        (all.reports(CYCLE), all.reports("LD007")),
        (1, 1),
        "{all:#?}"
    );
    let one = run("max_reports=1", &what);
    assert_eq!(
        (one.reports(CYCLE), one.reports("LD007")),
        (1, 0),
        "{one:#?}"
    );
    assert_eq!(
        one.summary(),
        Some("2 findings: 2 errors, 1 not shown"),
        "{one:#?}"
    );
    let none = run("max_reports=0", &what);
    assert_eq!((none.reports(CYCLE), none.code), (0, Some(66)), "{none:#?}");
}

#[test]
fn colours_are_for_terminals_or_whoever_asks() {
    assert!(!run("", ABBA).err.contains('\u{1b}'), "stderr is a pipe");
    assert!(run("color=always", ABBA).err.contains('\u{1b}'));
    assert!(!run("color=never", ABBA).err.contains('\u{1b}'));
}
