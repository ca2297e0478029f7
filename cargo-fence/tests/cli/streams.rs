//! What goes to stdout and what to stderr, colours, and a reader that goes away.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{self, Folder, abba_trace, command, fence, fence_reading};

#[test]
fn cargo_and_the_shell_call_the_same_program() {
    let direct = fence(&["rules"]);
    assert_eq!(direct.code, 0);
    assert_eq!(fence(&["fence", "rules"]), direct);
    // Only the first word is cargo's.
    assert_eq!(fence(&["fence", "fence", "rules"]).code, 2);
}

#[test]
fn findings_go_to_stdout_and_the_closing_line_to_stderr() {
    for format in ["human", "short", "splat"] {
        let ran = fence_reading(
            &["replay", "-", "--message-format", format],
            program::ABBA.as_bytes(),
        );
        assert_eq!(ran.err, "fence: 1 pattern in 1 file: 1 error\n", "{format}");
        assert!(ran.out.contains("LD002"), "{format}: {}", ran.out);
        assert!(ran.out.ends_with('\n'), "{format}");
    }
}

#[test]
fn quiet_leaves_findings_only() {
    let folder = Folder::new("streams-quiet");
    let (clean, abba) = (
        folder.file("clean.fence", program::CLEAN),
        folder.file("abba.fence", program::ABBA),
    );
    let ran = fence(&["replay", "--quiet", &clean, &abba]);
    assert_eq!(ran.err, "");
    assert!(
        ran.out.contains("error[LD002]") && !ran.out.contains("ok "),
        "{}",
        ran.out
    );
}

#[test]
fn there_is_colour_only_where_it_is_wanted() {
    let run = |arguments: &[&str]| {
        fence_reading(
            &[&["replay", "-"], arguments].concat(),
            program::ABBA.as_bytes(),
        )
        .out
    };
    assert!(run(&["--color", "always"]).contains("\u{1b}[1m"));
    assert!(!run(&["--color", "never"]).contains('\u{1b}'));
    assert!(!run(&[]).contains('\u{1b}'), "stdout is no terminal");
}

#[test]
fn there_is_no_progress_bar_where_nobody_sees_it() {
    let folder = Folder::new("streams-progress");
    // The bar is for inputs of more than 8 MiB.
    let long = folder.file("long.txt", abba_trace().repeat(12_000));
    assert!(std::fs::metadata(&long).expect("the file").len() > 8 << 20);
    let ran = fence(&["replay", &long, "--message-format", "short"]);
    assert_eq!(
        ran.err,
        "fence: 120,000 recorded lines in 1 file: 1 error\n"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_work_in_silence() {
    for format in ["json", "human", "short", "splat"] {
        let arguments = [
            "replay",
            "tests/data/oracle/random.jsonl",
            "--message-format",
            format,
        ];
        let mut command = command(&arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
        reader.read_line(&mut first).expect("a line");
        drop(reader);
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{format}: {:?}",
            output.status
        );
    }
}

#[test]
fn the_pages_of_all_rules_may_be_left_unread_too() {
    let mut child = command(&["explain", "--all"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let inputs = [
        "tests/patterns",
        "tests/data/oracle/traces",
        "tests/data/oracle/fence.jsonl",
    ];
    for format in ["json", "human", "short", "splat"] {
        let run = || {
            let mut ran = fence(&[&["replay", "--message-format", format], &inputs[..]].concat());
            // Time is the one thing that is no function of the input.
            ran.out = ran
                .out
                .lines()
                .filter(|line| !line.contains("\"type\":\"summary\""))
                .collect::<Vec<_>>()
                .join("\n");
            ran
        };
        let first = run();
        assert!(first.out.len() > 1000, "{format}");
        assert!(run() == first, "{format}: two runs differ");
    }
}
