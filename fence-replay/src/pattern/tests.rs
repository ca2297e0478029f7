//! Tests of the reader as a whole; what one file does alone is tested there.

mod checks;
mod corpus;
mod declarations;
mod files;
mod messages;
mod operations;
mod page;
mod properties;
mod trees;

use super::{Name, Op, OpKind, Pattern, Pos, parse};

fn name(text: &str) -> Name {
    Name::new(text).expect("a test's name is a name")
}

/// The one pattern of a file without any problem.
fn usable(source: &str) -> Pattern {
    let mut file = parse(source);
    let problems: Vec<String> = file
        .all_problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(problems, [""; 0], "in:\n{source}");
    assert_eq!(file.patterns.len(), 1, "in:\n{source}");
    file.patterns.remove(0)
}

/// The operations of one thread; its first line is line 1.
fn ops(body: &str) -> Vec<Op> {
    let mut pattern = usable(&format!("thread t\n{body}"));
    assert_eq!(pattern.threads.len(), 1);
    let mut ops = pattern.threads.remove(0).ops;
    for op in &mut ops {
        op.pos.line -= 1;
    }
    ops
}

/// The operations of one thread, without their positions.
fn kinds(body: &str) -> Vec<OpKind> {
    ops(body).into_iter().map(|op| op.kind).collect()
}

/// Every problem of a file, as it is shown.
fn problems(source: &str) -> String {
    let lines: Vec<String> = parse(source)
        .all_problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    lines.join("\n")
}

fn pos(line: u32, column: u32) -> Pos {
    Pos { line, column }
}
