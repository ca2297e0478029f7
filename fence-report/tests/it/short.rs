//! One line a finding.

use fence_report::{Options, short};

use crate::findings;

#[test]
fn the_line_is_place_level_rule_and_message() {
    let lines: String = [
        findings::abba(),
        findings::abba_behind_a_gate(),
        findings::reclaim_in_section(),
        findings::never_signalled(),
    ]
    .iter()
    .map(|finding| short::render(finding, &Options::default()))
    .collect();
    insta::assert_snapshot!(lines);
}

#[test]
fn without_a_file_the_task_stands_in_front_and_without_one_the_level() {
    let mut finding = findings::bare("never-signalled", &[("fence", "frame")]);
    let rest = "error[DF201]: `frame` is published here and never signalled\n";
    assert_eq!(short::render(&finding, &Options::default()), rest);
    finding.task = "worker".into();
    assert_eq!(
        short::render(&finding, &Options::default()),
        format!("worker: {rest}")
    );
}
