//! The log and the graph.

use serde_json::Value;

use crate::program::{ABBA, CYCLE, Folder, has_order, program, run};

#[test]
fn a_log_takes_what_stderr_would_have_had() {
    let folder = Folder::new("log-text");
    let options = format!("log_path={}:color=always", folder.quoted("log.txt"));
    let first = run(&options, ABBA);
    assert_eq!((first.code, first.err.as_str()), (Some(66), ""));
    run(&options, ABBA);
    let log = folder.read("log.txt");
    assert_eq!(
        log.matches("[LD002]").count(),
        2,
        "the second run adds to it: {log}"
    );
    assert_eq!(
        log.matches("fence: 1 finding: 1 error\n").count(),
        2,
        "{log}"
    );
    assert!(!log.contains('\u{1b}'), "a file has no colours: {log}");
}

#[test]
fn a_log_of_json_has_a_line_for_each_finding_and_the_counts_last() {
    let folder = Folder::new("log-json");
    let options = format!("log_path={}", folder.quoted("log.jsonl"));
    let ended = run(&options, &[ABBA, &["sleep"]].concat());
    assert_eq!(ended.err, "");
    let log = folder.read("log.jsonl");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let types: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect();
    assert_eq!(types, ["finding", "finding", "summary"], "{log}");
    assert!(lines.iter().all(|line| line["v"] == 1), "{log}");
    assert_eq!(
        (&lines[0]["rule"], &lines[1]["rule"]),
        (&CYCLE.into(), &"LD007".into())
    );
    assert_eq!(lines[0]["steps"].as_array().map(Vec::len), Some(4), "{log}");
    assert_eq!(lines[2]["errors"], 2, "{log}");
}

#[test]
fn a_finding_is_in_the_log_even_if_the_process_is_killed() {
    let folder = Folder::new("log-killed");
    let options = format!("log_path={}", folder.quoted("log.jsonl"));
    run(&options, &[ABBA, &["abort"]].concat());
    let log = folder.read("log.jsonl");
    assert_eq!(log.lines().count(), 1, "the finding and no summary: {log}");
    assert!(log.contains(CYCLE), "{log}");
}

#[test]
fn with_a_log_a_panic_has_a_line_for_each_finding() {
    let folder = Folder::new("log-panic");
    let ended = run(
        &format!("on=panic:log_path={}", folder.quoted("log.txt")),
        ABBA,
    );
    assert!(ended.err.contains("closes a cycle"), "{ended:#?}");
    assert!(
        !ended.err.contains("an interleaving that hangs"),
        "{ended:#?}"
    );
    assert!(
        folder
            .read("log.txt")
            .contains("an interleaving that hangs")
    );
}

#[test]
fn a_log_that_cannot_be_written_is_said_and_stderr_has_the_finding() {
    let folder = Folder::new("log-missing");
    let ended = run(
        &format!("log_path={}", folder.quoted("missing/log.txt")),
        ABBA,
    );
    assert!(ended.err.starts_with("fence: "), "{ended:#?}");
    assert!(ended.err.contains("log.txt: "), "{ended:#?}");
    assert_eq!(
        (ended.reports(CYCLE), ended.code),
        (1, Some(66)),
        "{ended:#?}"
    );
}

#[test]
fn the_graph_has_what_was_learnt_also_after_a_panic_and_leaves_nothing_beside_it() {
    for (name, last) in [
        ("returns", "ring-doorbell"),
        ("panics", "panic"),
        ("exits", "exit"),
    ] {
        let folder = Folder::new(&format!("graph-{name}"));
        let options = format!("graph_path={}", folder.quoted("g.fgraph"));
        run(&options, &["ring-doorbell", last]);
        let graph = folder.graph("g.fgraph");
        assert!(has_order(&graph, "ring", "doorbell"), "{name}");
        assert!(!has_order(&graph, "doorbell", "ring"), "{name}");
        assert_eq!(folder.names(), ["g.fgraph"]);
    }
}

#[test]
fn a_graph_that_cannot_be_written_is_said() {
    let folder = Folder::new("graph-missing");
    let options = format!("graph_path={}", folder.quoted("missing/g.fgraph"));
    let ended = run(&options, &["ring-doorbell"]);
    assert!(ended.err.contains("g.fgraph: "), "{ended:#?}");
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

#[test]
fn the_name_of_a_file_may_have_the_process_and_a_moment_in_it() {
    let folder = Folder::new("names");
    let options = format!(
        "graph_path={}:log_path={}",
        folder.quoted("%p-%t-%%-%x.fgraph"),
        folder.quoted("%p-%t.txt")
    );
    let mut command = program();
    command.env("FENCE_LOCKDEP_OPTIONS", &options).args(ABBA);
    let child = command
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it runs");
    let process = child.id().to_string();
    child.wait_with_output().expect("it ends");
    let names = folder.names();
    let parts: Vec<Vec<&str>> = names
        .iter()
        .map(|name| name.splitn(3, ['-', '.']).collect())
        .collect();
    let [graph, log] = parts.as_slice() else {
        panic!("two files: {names:?}");
    };
    assert_eq!((graph[0], log[0]), (process.as_str(), process.as_str()));
    assert_eq!(graph[1], log[1], "one moment for both");
    assert!(graph[1].parse::<u64>().is_ok(), "{names:?}");
    assert_eq!((graph[2], log[2]), ("%-%x.fgraph", "txt"));
}

#[test]
fn the_graph_has_what_clean_sessions_learnt_and_the_process_tells_what_they_show_together() {
    let folder = Folder::new("sessions");
    let alone = run("", &["sessions"]);
    assert_eq!(
        (alone.code, alone.err.as_str()),
        (Some(0), ""),
        "sessions do not see each other"
    );
    let options = format!("graph_path={}", folder.quoted("g.fgraph"));
    let ended = run(&options, &["sessions"]);
    let graph = folder.graph("g.fgraph");
    assert!(has_order(&graph, "ring", "doorbell") && has_order(&graph, "doorbell", "ring"));
    assert!(
        graph.classes().all(|(_, class)| class.name != "other"),
        "what is expected to be wrong is no part of it"
    );
    assert_eq!(
        (ended.reports(CYCLE), ended.code),
        (1, Some(66)),
        "{ended:#?}"
    );
    // One of its orders is the process's own this time.
    let mixed = run(&options, &["doorbell-ring", "sessions"]);
    assert_eq!(
        (mixed.reports(CYCLE), mixed.code),
        (1, Some(66)),
        "{mixed:#?}"
    );
    // What the process has told is not told again for its graph.
    let told = run(&options, &[ABBA, &["sessions"]].concat());
    assert_eq!((told.reports(CYCLE), told.code), (1, Some(66)), "{told:#?}");
}
