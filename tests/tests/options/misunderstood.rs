//! Options that are not understood, and help about those that are.

use crate::program::{ABBA, run};

#[test]
fn bad_options_are_said_with_their_places_and_the_rest_is_used() {
    let ended = run("max_report=1:exitcode=9:on=die", ABBA);
    let said: Vec<&str> = ended.err.lines().take(3).collect();
    assert_eq!(
        said,
        [
            "fence: FENCE_LOCKDEP_OPTIONS: column 1: there is no option `max_report`; did you mean `max_reports`?",
            "fence: FENCE_LOCKDEP_OPTIONS: column 28: `on` is report, panic, abort or off, not `die`",
            "fence: FENCE_LOCKDEP_OPTIONS: the options are on, max_reports, log_path, graph_path, suppressions, exitcode, color, help",
        ]
    );
    assert_eq!(ended.code, Some(9), "{ended:#?}");
}

#[test]
fn help_lists_every_option_and_the_program_runs() {
    let ended = run("help=1", &["ring-doorbell"]);
    for key in [
        "on",
        "max_reports",
        "log_path",
        "graph_path",
        "suppressions",
        "exitcode",
        "color",
        "help",
    ] {
        assert!(
            ended
                .err
                .lines()
                .any(|line| line.starts_with(&format!("  {key} "))),
            "{key}: {ended:#?}"
        );
    }
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.has_done("ring-doorbell"), "{ended:#?}");
}

#[test]
fn options_are_not_looked_at_where_no_lock_is_used() {
    let ended = run("nonsense", &[]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}
