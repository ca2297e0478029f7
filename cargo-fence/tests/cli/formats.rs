//! One small output in each format. What is inside a finding is the business of `fence-report` and is tested there.

use crate::program::fence;

fn example(format: &str) -> String {
    let ran = fence(&[
        "replay",
        "examples/deadlock.fence",
        "--message-format",
        format,
    ]);
    // Time is the one thing that is no function of the input.
    let out: Vec<&str> = ran
        .out
        .lines()
        .map(|line| line.split(",\"seconds\":").next().unwrap_or(line))
        .collect();
    format!(
        "exit code {}\n--- stdout\n{}\n--- stderr\n{}",
        ran.code,
        out.join("\n"),
        ran.err
    )
}

#[test]
fn the_readmes_example_for_people() {
    insta::assert_snapshot!(example("human"));
}

#[test]
fn the_readmes_example_in_short() {
    insta::assert_snapshot!(example("short"));
}

#[test]
fn the_readmes_example_as_a_kernel_report() {
    insta::assert_snapshot!(example("splat"));
}

#[test]
fn the_readmes_example_for_programs() {
    insta::assert_snapshot!(example("json"));
}
