//! What a finding does besides being told: `on=panic`, `on=abort`, `on=off`, and the options set by the program itself.

use crate::program::{ABBA, CYCLE, Folder, has_order, run};

#[test]
fn on_panic_the_thread_panics_with_the_report_and_ends_with_66() {
    let ended = run("on=panic", ABBA);
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert_eq!(
        ended.reports(CYCLE),
        1,
        "told once, by the panic: {ended:#?}"
    );
    assert!(ended.err.contains("panicked at"), "{ended:#?}");
    assert!(!ended.has_done("doorbell-ring"), "{ended:#?}");
    let plain = run("on=panic:exitcode=0", ABBA);
    assert_eq!(plain.code, Some(101), "{plain:#?}");
}

#[test]
fn a_lock_whose_taking_panicked_is_not_taken() {
    // Were it, the orders that follow would find it taken twice, and the real lock would never be had again.
    let ended = run(
        "on=panic",
        &["ring-doorbell", "caught", "ring-doorbell", "doorbell-ring"],
    );
    assert!(ended.out.contains("caught: true"), "{ended:#?}");
    assert!(ended.has_done("doorbell-ring"), "{ended:#?}");
    assert_eq!(ended.summary(), Some("1 finding: 1 error"), "{ended:#?}");
}

/// The raw lock is had before the finding is made, and nobody would ever release it.
#[test]
fn a_lock_whose_trying_panicked_is_free() {
    let ended = run("on=panic", &["tried"]);
    assert!(
        ended.out.contains("caught: true, locked: false"),
        "{ended:#?}"
    );
}

#[test]
fn a_thread_that_panics_already_is_left_to_it() {
    let ended = run("on=panic", &["ring-doorbell", "twice-in-panic"]);
    // A second panic would have aborted the process.
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert_eq!(ended.reports(CYCLE), 1, "{ended:#?}");
    assert_eq!(ended.err.matches("panicked at").count(), 1, "{ended:#?}");
}

#[test]
fn on_panic_the_end_of_the_process_tells_and_does_not_panic() {
    let ended = run("on=panic", &["unsignalled"]);
    assert_eq!(ended.code, Some(66), "{ended:#?}");
    assert_eq!(ended.reports("DF201"), 1, "{ended:#?}");
    assert!(!ended.err.contains("panicked"), "{ended:#?}");
}

#[test]
fn on_abort_the_process_aborts_with_what_it_knows_told_and_written() {
    let folder = Folder::new("abort");
    let options = format!("on=abort:graph_path={}", folder.quoted("g.fgraph"));
    let ended = run(&options, ABBA);
    // SIGABRT on Unix; elsewhere a code of the system's choice.
    assert!(!matches!(ended.code, Some(0 | 66 | 101)), "{ended:#?}");
    if cfg!(unix) {
        assert_eq!(ended.code, None, "{ended:#?}");
    }
    assert_eq!(ended.reports(CYCLE), 1, "{ended:#?}");
    assert!(has_order(&folder.graph("g.fgraph"), "doorbell", "ring"));
}

#[test]
fn switched_off_nothing_is_told_and_the_graph_is_written() {
    let folder = Folder::new("off");
    let options = format!("on=off:graph_path={}", folder.quoted("g.fgraph"));
    let ended = run(&options, ABBA);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let graph = folder.graph("g.fgraph");
    assert!(has_order(&graph, "ring", "doorbell") && has_order(&graph, "doorbell", "ring"));
}

#[test]
fn options_set_by_the_program_are_in_force_under_those_of_the_environment_until_first_use() {
    let set = [&["set-panic"], ABBA].concat();
    let ended = run("", &set);
    assert!(ended.out.contains("set: Ok(())"), "{ended:#?}");
    assert!(ended.err.contains("panicked at"), "{ended:#?}");
    let overruled = run("on=report", &set);
    assert!(overruled.has_done("doorbell-ring"), "{overruled:#?}");
    let too_late = run("", &["ring-doorbell", "set-panic", "doorbell-ring"]);
    assert!(too_late.out.contains("set: Err(TooLate)"), "{too_late:#?}");
    assert!(too_late.has_done("doorbell-ring"), "{too_late:#?}");
}
