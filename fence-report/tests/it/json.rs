//! JSON lines: the contract with programs.

use fence_report::json;
use fence_report::json::v1::{ClassState, Counts};
use serde_json::{Value, json};

use crate::findings;

#[test]
fn findings_have_the_fields_others_rely_on() {
    let lines: String = [
        findings::abba(),
        findings::reclaim_in_section(),
        findings::never_signalled(),
    ]
    .iter()
    .map(json::finding)
    .collect();
    insta::assert_snapshot!(lines);
}

#[test]
fn a_finding_begins_with_the_fields_of_the_contract_in_its_order() {
    let line = json::finding(&findings::abba());
    let order = [
        "{\"v\":1,\"type\":\"finding\",\"rule\":",
        "\"name\":",
        "\"level\":",
        "\"confidence\":",
        "\"message\":",
        "\"file\":",
        "\"line\":",
        "\"column\":",
        "\"function\":",
        "\"steps\":[{\"task\":1,\"step\":1,",
        "\"cycle\":[",
        "\"fingerprint\":\"",
    ];
    let mut rest = line.as_str();
    for field in order {
        rest = rest
            .split_once(field)
            .unwrap_or_else(|| panic!("{field} is missing or out of order in {line}"))
            .1;
    }
    assert_eq!(
        rest.find('"'),
        Some(16),
        "a fingerprint is 16 hexadecimal digits: {line}"
    );
}

#[test]
fn a_scenario_carries_the_oracles_verdict_step_and_classes() {
    assert_eq!(
        json::scenario("AA/ww", "recursive", 1, None, None),
        "{\"v\":1,\"type\":\"scenario\",\"id\":\"AA/ww\",\"verdict\":\"recursive\",\"step\":1}\n"
    );
    // The row AA-subclass/ww of families.jsonl.
    let classes = [
        ClassState {
            name: "A/0".into(),
            usage: 324,
            after: vec![("A/1".into(), 8, 1)],
        },
        ClassState {
            name: "A/1".into(),
            usage: 324,
            after: vec![],
        },
    ];
    assert_eq!(
        parsed(&json::scenario(
            "AA-subclass/ww",
            "ok",
            -1,
            Some(&classes),
            None
        )),
        json!({"v": 1, "type": "scenario", "id": "AA-subclass/ww", "verdict": "ok", "step": -1,
            "classes": {"A/0": {"usage": 324, "after": [["A/1", 8, 1]]}, "A/1": {"usage": 324, "after": []}}})
    );
}

#[test]
fn a_pattern_lists_its_findings_by_thread() {
    assert_eq!(
        json::pattern("msm-recover", &[findings::reclaim_in_section()], true),
        "{\"v\":1,\"type\":\"pattern\",\"id\":\"msm-recover\",\"findings\":[{\"rule\":\"DF104\",\"name\":\"reclaim-in-signalling\",\
         \"level\":\"error\",\"thread\":\"commit\",\"line\":4}],\"expected\":true}\n"
    );
}

#[test]
fn a_problem_has_a_position() {
    assert_eq!(
        json::problem("a.fence", 3, 7, "expected a lock"),
        "{\"v\":1,\"type\":\"problem\",\"file\":\"a.fence\",\"line\":3,\"column\":7,\"message\":\"expected a lock\"}\n"
    );
}

#[test]
fn the_summary_counts_findings_by_level() {
    let found = [
        findings::abba(),
        findings::abba_behind_a_gate(),
        findings::never_signalled(),
    ];
    let counts = Counts {
        files: 2,
        lines: 30,
        functions: 4,
        resolved_calls: 9,
        unresolved_calls: 1,
        seconds: 0.25,
    };
    assert_eq!(
        json::summary(&found, &counts),
        "{\"v\":1,\"type\":\"summary\",\"errors\":2,\"warnings\":0,\"notes\":1,\"files\":2,\"lines\":30,\"functions\":4,\
         \"resolved_calls\":9,\"unresolved_calls\":1,\"seconds\":0.25}\n"
    );
}

#[test]
fn seconds_are_a_number_even_where_the_clock_was_not() {
    let counts = Counts {
        seconds: f64::NAN,
        ..Counts::default()
    };
    assert_eq!(parsed(&json::summary(&[], &counts))["seconds"], json!(0.0));
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).expect("a line is one JSON value")
}
