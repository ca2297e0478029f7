//! Findings that are let be.

use serde_json::Value;

use crate::program::{ABBA, CYCLE, Folder, run};

#[test]
fn a_suppressed_finding_is_none() {
    let folder = Folder::new("suppressed");
    let file = folder.write(
        "s",
        "# known\nlock-order-cycle:ring # reset is never called\n",
    );
    for on in ["report", "panic", "abort"] {
        let ended = run(&format!("on={on}:suppressions={file}"), ABBA);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{on}");
    }
    let other = run(
        &format!("suppressions={file}"),
        &[ABBA, &["sleep"]].concat(),
    );
    assert_eq!(
        (other.reports(CYCLE), other.reports("LD007")),
        (0, 1),
        "{other:#?}"
    );
    assert_eq!(
        other.summary(),
        Some("1 finding: 1 error, 1 more suppressed"),
        "{other:#?}"
    );
}

#[test]
fn suppressions_of_no_use_are_said_each_with_its_line() {
    let folder = Folder::new("suppressions-bad");
    let file = folder.write(
        "s",
        "lock-order-cycle:ring\nlock-ordr-cycle:ring # slip\nlock-order-cycle # no pattern\nsleep-in-atomic:* # unused\n",
    );
    let ended = run(&format!("suppressions={file}"), ABBA);
    assert_eq!(
        (ended.reports(CYCLE), ended.code),
        (1, Some(66)),
        "{ended:#?}"
    );
    let path = folder.0.join("s");
    for (line, words) in [
        (1, "a suppression needs a reason"),
        (
            2,
            "there is no rule `lock-ordr-cycle`; did you mean `lock-order-cycle`?",
        ),
        (3, "a suppression is `rule:pattern # reason`"),
        (4, "nothing needed the suppression `sleep-in-atomic:*`"),
    ] {
        let said = format!("fence: {}:{line}: {words}", path.display());
        assert!(ended.err.contains(&said), "{said}: {ended:#?}");
    }
}

#[test]
fn in_a_log_of_json_a_suppression_of_no_use_is_a_problem() {
    let folder = Folder::new("suppressions-json");
    let file = folder.write("s", "sleep-in-atomic:* # unused\n");
    let options = format!(
        "suppressions={file}:log_path={}",
        folder.quoted("log.jsonl")
    );
    assert_eq!(run(&options, ABBA).err, "");
    let log = folder.read("log.jsonl");
    let problem = log.lines().find(|line| line.contains("\"problem\""));
    let problem: Value = serde_json::from_str(problem.unwrap_or_default()).expect("a line");
    assert_eq!(problem["line"], 1, "{log}");
}

#[test]
fn a_file_of_suppressions_that_is_not_there_is_said_and_hides_nothing() {
    let folder = Folder::new("suppressions-missing");
    let ended = run(&format!("suppressions={}", folder.quoted("s")), ABBA);
    let path = folder.0.join("s");
    assert!(
        ended
            .err
            .starts_with(&format!("fence: {}: ", path.display())),
        "{ended:#?}"
    );
    assert_eq!(
        (ended.reports(CYCLE), ended.code),
        (1, Some(66)),
        "{ended:#?}"
    );
}
