//! One JSON object a line, version 1: what programs read.
//!
//! [`v1`] is a copy of the model that does not change with it; a renderer of version 2 would stand beside it. Fields may be
//! added to version 1, none is removed or given another meaning.

pub mod v1;

use fence_engine::Finding;
use serde::Serialize;

use v1::{ClassState, Counts, Record};

/// A finding as a line of type `finding`.
pub fn finding(finding: &Finding) -> String {
    line(&v1::Finding::from(finding))
}

/// Something a front end did not understand, as a line of type `problem`. Line and column are 1-based, 0 where unknown.
pub fn problem(file: &str, at_line: u32, column: u32, message: &str) -> String {
    line(&v1::Problem {
        file: file.into(),
        line: at_line,
        column,
        message: message.into(),
    })
}

/// What became of a scenario as a line of type `scenario`: the oracle's verdict word and step, -1 for `ok`. `classes` are the
/// states of its classes, `findings` all that was found, each where it is wanted.
pub fn scenario(
    id: &str,
    verdict: &str,
    step: i64,
    classes: Option<&[ClassState]>,
    findings: Option<&[Finding]>,
) -> String {
    line(&v1::Scenario::new(id, verdict, step, classes, findings))
}

/// What became of a pattern as a line of type `pattern`: its findings, and whether they are those it expects.
pub fn pattern(id: &str, findings: &[Finding], expected: bool) -> String {
    line(&v1::Pattern {
        id: id.into(),
        findings: findings.iter().map(Into::into).collect(),
        expected,
    })
}

/// The last line of a run, of type `summary`. The findings are counted by level, the rest is `counts`.
pub fn summary(findings: &[Finding], counts: &Counts) -> String {
    line(&v1::Summary::new(findings, counts))
}

/// Any record of version 1 as a line.
pub fn line<R: Record>(record: &R) -> String {
    #[derive(Serialize)]
    struct Line<'r, R> {
        v: u32,
        r#type: &'static str,
        #[serde(flatten)]
        record: &'r R,
    }
    let object = Line {
        v: v1::VERSION,
        r#type: R::TYPE,
        record,
    };
    // Serialising to memory fails for a map whose keys are not strings, or where a type's own code says so; a record of
    // version 1 is strings, numbers, and lists and maps of them.
    let mut text = serde_json::to_string(&object).unwrap_or_default();
    text.push('\n');
    text
}
