//! `--profile` and `--fence-begin`, and the kernel's verdicts through the command line.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::{fence, fence_reading, root};

/// Under a lock a section is opened, and in a section the lock is taken. To 6.12, whose begin blocks, this is a circle; to
/// later kernels, whose begin is a trylock, it is none.
const BEGIN_UNDER_LOCK: &str = r#"{"id":"x","scenario":["class M","acq M w","fb","fe","rel M","thread","fb","acq M w","rel M","fe"]}"#;

fn verdict(options: &[&str], scenario: &str) -> String {
    let ran = fence_reading(
        &[&["replay", "-", "--message-format", "json"], options].concat(),
        scenario.as_bytes(),
    );
    let row: Value =
        serde_json::from_str(ran.out.lines().next().expect("a line")).expect("a JSON object");
    row["verdict"].as_str().expect("a word").to_owned()
}

#[test]
fn beginning_a_section_blocks_in_the_kernel_profile_and_where_it_is_told_to() {
    let cases = [
        (&[][..], "ok"),
        (&["--profile", "strict"], "ok"),
        (&["--fence-begin", "6.12"], "circular"),
        (&["--profile", "kernel"], "circular"),
        (&["--profile", "kernel", "--fence-begin", "trylock"], "ok"),
    ];
    for (options, expected) in cases {
        assert_eq!(verdict(options, BEGIN_UNDER_LOCK), expected, "{options:?}");
    }
}

#[test]
fn only_the_strict_profile_goes_on_after_a_complaint() {
    let text =
        "thread one\n  lock a mutex\n  lock a mutex\nthread two\n  lock b mutex\n  lock b mutex\n";
    let lines = |profile: &str| {
        let arguments = [
            "replay",
            "-",
            "--message-format",
            "short",
            "--profile",
            profile,
        ];
        let out = fence_reading(&arguments, text.as_bytes()).out;
        out.lines().filter(|line| line.contains("LD001")).count()
    };
    assert_eq!((lines("kernel"), lines("strict")), (1, 2));
}

/// The recorded rows of a file of the oracle, and what the command line says to them, by id.
fn rows(file: &str) -> Vec<(Value, Value)> {
    let path = format!("tests/data/oracle/{file}.jsonl");
    let text =
        std::fs::read_to_string(root().join(&path)).expect("the oracle is in the repository");
    let ran = fence(&[
        "replay",
        &path,
        "--profile",
        "kernel",
        "--message-format",
        "json",
    ]);
    let parse = |line: &str| serde_json::from_str::<Value>(line).expect("a JSON object");
    let recorded: Vec<Value> = text.lines().map(parse).collect();
    let said: Vec<Value> = ran
        .out
        .lines()
        .map(parse)
        .filter(|row| row["type"] == "scenario")
        .collect();
    assert_eq!(recorded.len(), said.len());
    recorded.into_iter().zip(said).collect()
}

/// A class's usage, and its edges in no particular order.
fn classes(row: &Value) -> BTreeMap<String, (u64, Vec<String>)> {
    let state = |class: &Value| {
        let mut after: Vec<String> = class["after"]
            .as_array()
            .expect("edges")
            .iter()
            .map(Value::to_string)
            .collect();
        after.sort();
        (class["usage"].as_u64().expect("a mask"), after)
    };
    let classes = row["classes"].as_object().expect("classes");
    classes
        .iter()
        .map(|(name, class)| (name.clone(), state(class)))
        .collect()
}

#[test]
fn the_kernel_profile_prints_lockdeps_verdicts_steps_and_classes() {
    for file in [
        "families",
        "fence",
        "fence-primed",
        "fence-real",
        "might-sleep-real",
    ] {
        let mut compared = 0;
        for (recorded, said) in rows(file) {
            let id = &recorded["id"];
            assert_eq!(
                (id, &recorded["verdict"], &recorded["step"]),
                (&said["id"], &said["verdict"], &said["step"])
            );
            if recorded["classes"].is_object() && recorded["state_varies"] != true {
                assert_eq!(classes(&recorded), classes(&said), "{file}: {id}");
                compared += 1;
            }
        }
        assert!(
            compared > 100 || file == "might-sleep-real",
            "{file}: {compared} rows with classes"
        );
    }
}

#[test]
fn classes_are_printed_in_the_kernel_profile_only() {
    let scenario = r#"{"id":"x","scenario":["class A","acq A w","rel A"]}"#;
    let row = |profile: &str| {
        let arguments = [
            "replay",
            "-",
            "--message-format",
            "json",
            "--profile",
            profile,
        ];
        fence_reading(&arguments, scenario.as_bytes())
            .out
            .lines()
            .next()
            .map(str::to_owned)
    };
    // Taken and released with interrupts on: USED, HARDIRQ-ON and SOFTIRQ-ON, bits 8, 2 and 6.
    let classes = format!(
        "{{\"A/0\":{{\"usage\":{},\"after\":[]}}}}",
        (1 << 8) + (1 << 2) + (1 << 6)
    );
    let head = r#"{"v":1,"type":"scenario","id":"x","verdict":"ok","step":-1"#;
    assert_eq!(
        row("kernel"),
        Some(format!("{head},\"classes\":{classes}}}"))
    );
    assert_eq!(row("strict"), Some(format!("{head},\"findings\":[]}}")));
}
