//! The JSON lines: the fields that others rely on, with their types, on every line of real inputs.

use serde_json::Value;

use crate::program::{Folder, abba_trace, fence};

fn lines(arguments: &[&str]) -> Vec<Value> {
    let ran = fence(&[&["replay", "--message-format", "json"], arguments].concat());
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is a JSON object"))
        .collect()
}

fn of_type<'l>(lines: &'l [Value], wanted: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["type"] == wanted).collect()
}

/// The keys of an object, in order.
fn keys(line: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = line
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[track_caller]
fn is_finding(line: &Value) {
    for field in [
        "rule",
        "name",
        "level",
        "confidence",
        "message",
        "file",
        "function",
        "fingerprint",
    ] {
        assert!(line[field].is_string(), "{field}: {line}");
    }
    for field in ["line", "column"] {
        assert!(line[field].is_u64(), "{field}: {line}");
    }
    assert!(
        ["error", "warning", "note"].contains(&line["level"].as_str().unwrap_or_default()),
        "{line}"
    );
    assert!(
        ["observed", "path", "heuristic"]
            .contains(&line["confidence"].as_str().unwrap_or_default()),
        "{line}"
    );
    for step in line["steps"].as_array().expect("steps") {
        assert!(
            step["task"].is_u64() && step["step"].is_u64() && step["line"].is_u64(),
            "{step}"
        );
        assert!(
            step["file"].is_string() && step["text"].is_string(),
            "{step}"
        );
    }
    assert!(
        line["cycle"]
            .as_array()
            .expect("a cycle")
            .iter()
            .all(Value::is_string),
        "{line}"
    );
}

#[test]
fn every_line_of_every_capture_is_as_promised_and_the_summary_is_last() {
    let lines = lines(&["tests/data/oracle/traces"]);
    assert!(lines.iter().all(|line| line["v"] == 1));
    let findings = of_type(&lines, "finding");
    assert!(findings.len() > 20, "{} findings", findings.len());
    for finding in &findings {
        is_finding(finding);
        assert!(
            finding["file"]
                .as_str()
                .is_some_and(|file| file.starts_with("tests/data/oracle/traces/")),
            "{finding}"
        );
        assert!(finding["line"].as_u64() > Some(0), "{finding}");
    }
    for problem in of_type(&lines, "problem") {
        assert!(
            problem["file"].is_string() && problem["message"].is_string(),
            "{problem}"
        );
        assert!(
            problem["line"].is_u64() && problem["column"].is_u64(),
            "{problem}"
        );
    }
    let (summary, before) = lines.split_last().expect("a line");
    assert!(before.iter().all(|line| line["type"] != "summary"));
    let at = |level: &str| {
        findings
            .iter()
            .filter(|finding| finding["level"] == level)
            .count()
    };
    for (field, level) in [
        ("errors", "error"),
        ("warnings", "warning"),
        ("notes", "note"),
    ] {
        assert_eq!(summary[field], at(level), "{field}");
    }
    for field in [
        "files",
        "lines",
        "functions",
        "resolved_calls",
        "unresolved_calls",
    ] {
        assert!(summary[field].is_u64(), "{field}: {summary}");
    }
    assert!(summary["seconds"].is_f64(), "{summary}");
}

#[test]
fn a_finding_in_a_trace_has_the_files_name_and_the_line_of_the_capture() {
    let folder = Folder::new("json-trace");
    let file = folder.file("abba.txt", abba_trace());
    let lines = lines(&[&file]);
    let findings = of_type(&lines, "finding");
    assert_eq!(findings.len(), 1, "{lines:#?}");
    // Two lines of header, four of the first task, and the second line of the second task.
    assert_eq!(
        (findings[0]["file"].as_str(), findings[0]["line"].as_u64()),
        (Some(file.as_str()), Some(8))
    );
    assert_eq!(
        (
            findings[0]["rule"].as_str(),
            findings[0]["function"].as_str()
        ),
        (Some("LD002"), Some("t2-2"))
    );
}

#[test]
fn a_pattern_line_has_the_fields_of_its_page_and_no_others() {
    let lines = lines(&["tests/patterns"]);
    let patterns = of_type(&lines, "pattern");
    assert!(patterns.len() > 100, "{} patterns", patterns.len());
    for pattern in &patterns {
        assert_eq!(keys(pattern), ["expected", "findings", "id", "type", "v"]);
        assert!(
            pattern["expected"] == true && pattern["id"].as_str().is_some_and(|id| !id.is_empty()),
            "{pattern}"
        );
        for finding in pattern["findings"].as_array().expect("findings") {
            assert_eq!(
                keys(finding),
                ["level", "line", "name", "rule", "thread"],
                "{pattern}"
            );
            assert!(
                finding["line"].is_u64() && finding["thread"].is_string(),
                "{pattern}"
            );
        }
    }
}

#[test]
fn the_example_of_the_patterns_page_comes_out_as_the_page_says() {
    // docs/spec/patterns.md: DF104 in thread `recover`, at its allocation; the page gives the line of its own file.
    let text = "\
pattern msm-recover
title  recovery worker allocates under the lock that the job thread needs
expect reclaim-in-signalling
thread job kthread
  begin_signalling
  lock gpu mutex
  unlock gpu
  signal F
  end_signalling
thread recover worker
  lock gpu mutex
  alloc GFP_KERNEL
  unlock gpu
thread kswapd reclaim
  reclaim_begin
  wait F
  reclaim_end
";
    let lines = lines(&[&Folder::new("json-page").file("msm.fence", text)]);
    assert_eq!(
        (&lines[0]["id"], &lines[0]["expected"]),
        (&Value::from("msm-recover"), &Value::from(true))
    );
    let first = &lines[0]["findings"][0];
    let expected = r#"{"rule":"DF104","name":"reclaim-in-signalling","level":"error","thread":"recover","line":12}"#;
    assert_eq!(
        *first,
        serde_json::from_str::<Value>(expected).expect("JSON")
    );
}

#[test]
fn a_scenario_line_has_the_verdict_and_its_step() {
    let scenario =
        r#"{"id":"twice","scenario":["class A","acq A w","acq A w"],"verdict":"ignored"}"#;
    let folder = Folder::new("json-scenario");
    let file = folder.file("x.jsonl", scenario);
    let kernel = lines(&["--profile", "kernel", &file]);
    // The class line is not counted, so the second acquisition is step 1.
    assert_eq!(
        kernel[0],
        serde_json::json!({"v": 1, "type": "scenario", "id": "twice", "verdict": "recursive", "step": 1})
    );
}

#[test]
fn a_scenario_that_goes_on_lists_as_many_findings_as_the_summary_counts() {
    // B under A, A under B at operation 5, A under A at operation 9; both locks left at the end.
    let scenario = r#"{"id":"on","scenario":["class A","class B","acq A w","acq B w","rel B","rel A","acq B w","acq A w","rel A","rel B","acq A w","acq A w"]}"#;
    let folder = Folder::new("json-scenario-strict");
    let lines = lines(&[&folder.file("x.jsonl", scenario)]);
    assert_eq!(
        keys(&lines[0]),
        ["findings", "id", "step", "type", "v", "verdict"]
    );
    let findings = lines[0]["findings"].as_array().expect("findings");
    let places: Vec<(&str, i64)> = findings
        .iter()
        .map(|finding| {
            let rule = finding["rule"].as_str().expect("a rule");
            (rule, finding["step"].as_i64().expect("a step"))
        })
        .collect();
    assert_eq!(places, [("LD002", 5), ("LD001", 9), ("LD010", 8)]);
    assert_eq!(
        findings[2]["message"],
        "2 locks `A` are still held when this task leaves"
    );
    assert_eq!(lines[1]["errors"], 2);
    assert_eq!(lines[1]["warnings"], 1);
}

#[test]
fn a_pattern_without_a_name_has_that_of_its_file() {
    let lines = lines(&[&Folder::new("json-name").file("my-case.fence", crate::program::CLEAN)]);
    assert_eq!(lines[0]["id"], "my-case");
}
