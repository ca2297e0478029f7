//! Version 1 of the JSON records: a frozen copy of the model. Change nothing here but to add a field.
//!
//! Every line begins with `"v":1` and `"type"`, which [`line`](super::line) puts in front of the fields below. A file that is
//! not known is the empty string, a line or column that is not known is 0.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::steps;

/// The number under `"v"`.
pub const VERSION: u32 = 1;

/// A record that is a line of its own.
pub trait Record: Serialize {
    /// The word under `"type"`.
    const TYPE: &'static str;
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Finding {
    /// The rule's id, such as `DF104`.
    pub rule: String,
    /// The rule's name, such as `reclaim-in-signalling`.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// `observed`, `path` or `heuristic`.
    pub confidence: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The file of the primary place.
    pub file: String,
    /// Its line, 1-based.
    pub line: u32,
    /// Its column, 1-based.
    pub column: u32,
    /// Its function; the thread of a pattern, the task of a trace.
    pub function: String,
    /// The task that was running.
    pub who: String,
    /// What each task does, in an order that hangs.
    pub steps: Vec<Step>,
    /// The classes of the cycle, each waiting for the next and the last for the first; empty where there is none.
    pub cycle: Vec<String>,
    /// More to say, a sentence each.
    pub notes: Vec<String>,
    /// The kernel's word for the complaint, where its lockdep would make it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// 16 hexadecimal digits; equal for the same finding in another run or after an edit elsewhere in the file.
    pub fingerprint: String,
}

/// One step of one task.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Step {
    /// Which task, from 1.
    pub task: u32,
    /// Position in the interleaving that hangs, from 1.
    pub step: u32,
    /// The task's name.
    pub who: String,
    /// The file.
    pub file: String,
    /// The line, 1-based.
    pub line: u32,
    /// What the task does.
    pub text: String,
}

/// Something a front end did not understand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, 1-based.
    pub line: u32,
    /// The column, 1-based.
    pub column: u32,
    /// What was expected and what was found.
    pub message: String,
}

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// Its name.
    pub id: String,
    /// `ok`, or the word of the first complaint.
    pub verdict: String,
    /// The 0-based index of the operation it came at; -1 for `ok`.
    pub step: i64,
    /// The state of its classes by `NAME/SUBCLASS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<BTreeMap<String, ClassRecord>>,
    /// All its findings, where checking goes on after the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<ScenarioFinding>>,
}

/// A finding in a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioFinding {
    /// The rule's id.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// The 0-based index of the operation, as in [`Scenario::step`].
    pub step: i64,
    /// What was found, in a sentence.
    pub message: String,
}

/// The state of a class as it stands under its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassRecord {
    /// The kernel's usage mask.
    pub usage: u16,
    /// The direct dependencies: `[class, kinds, distance]`.
    pub after: Vec<(String, u8, u16)>,
}

/// The state of a class after a scenario, to make a [`Scenario`] with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassState {
    /// `NAME/SUBCLASS`.
    pub name: String,
    /// The kernel's usage mask.
    pub usage: u16,
    /// The direct dependencies: class, kinds, distance.
    pub after: Vec<(String, u8, u16)>,
}

/// What became of a pattern.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pattern {
    /// Its name.
    pub id: String,
    /// What was found.
    pub findings: Vec<PatternFinding>,
    /// Whether that is what the pattern expects.
    pub expected: bool,
}

/// A finding in a pattern.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PatternFinding {
    /// The rule's id.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// The thread.
    pub thread: String,
    /// The line, 1-based.
    pub line: u32,
}

/// What a run looked at, to make a [`Summary`] with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Files read.
    pub files: u64,
    /// Lines in them.
    pub lines: u64,
    /// Functions in them.
    pub functions: u64,
    /// Calls whose callee is known or modelled.
    pub resolved_calls: u64,
    /// Calls whose callee is not.
    pub unresolved_calls: u64,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Findings of level `error`.
    pub errors: u64,
    /// Findings of level `warning`.
    pub warnings: u64,
    /// Findings of level `note`.
    pub notes: u64,
    /// What was looked at.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Record for Finding {
    const TYPE: &'static str = "finding";
}

impl Record for Problem {
    const TYPE: &'static str = "problem";
}

impl Record for Scenario {
    const TYPE: &'static str = "scenario";
}

impl Record for Pattern {
    const TYPE: &'static str = "pattern";
}

impl Record for Summary {
    const TYPE: &'static str = "summary";
}

impl From<&fence_engine::Finding> for Finding {
    fn from(finding: &fence_engine::Finding) -> Self {
        Self {
            rule: finding.rule.id.into(),
            name: finding.rule.name.into(),
            level: finding.level.as_str().into(),
            confidence: finding.confidence.as_str().into(),
            message: finding.message(),
            file: finding.place.file.clone(),
            line: finding.place.line,
            column: finding.place.column,
            function: finding.place.function.clone(),
            who: finding.task.clone(),
            steps: finding.steps.iter().map(Into::into).collect(),
            cycle: finding.cycle.clone(),
            notes: finding.notes.clone(),
            verdict: finding
                .complaint
                .as_ref()
                .map(|complaint| complaint.verdict.word().into()),
            fingerprint: format!("{:016x}", finding.fingerprint),
        }
    }
}

impl From<&fence_engine::Step> for Step {
    fn from(step: &fence_engine::Step) -> Self {
        Self {
            task: step.task,
            step: step.step,
            who: step.who.clone(),
            file: step.place.file.clone(),
            line: step.place.line,
            text: steps::text(&step.action),
        }
    }
}

impl From<&fence_engine::Finding> for PatternFinding {
    /// The thread is the function of the place, which is what a pattern's places carry; failing that, the task.
    fn from(finding: &fence_engine::Finding) -> Self {
        let function = &finding.place.function;
        let thread = if function.is_empty() {
            &finding.task
        } else {
            function
        };
        Self {
            rule: finding.rule.id.into(),
            name: finding.rule.name.into(),
            level: finding.level.as_str().into(),
            thread: thread.clone(),
            line: finding.place.line,
        }
    }
}

impl From<&fence_engine::Finding> for ScenarioFinding {
    /// The line of a place in a scenario is the operation's number, from 1.
    fn from(finding: &fence_engine::Finding) -> Self {
        Self {
            rule: finding.rule.id.into(),
            name: finding.rule.name.into(),
            level: finding.level.as_str().into(),
            step: i64::from(finding.place.line) - 1,
            message: finding.message(),
        }
    }
}

impl Scenario {
    /// The record of a scenario; of two classes with one name the later counts.
    pub fn new(
        id: &str,
        verdict: &str,
        step: i64,
        classes: Option<&[ClassState]>,
        findings: Option<&[fence_engine::Finding]>,
    ) -> Self {
        let record = |class: &ClassState| {
            (
                class.name.clone(),
                ClassRecord {
                    usage: class.usage,
                    after: class.after.clone(),
                },
            )
        };
        Self {
            id: id.into(),
            verdict: verdict.into(),
            step,
            classes: classes.map(|classes| classes.iter().map(record).collect()),
            findings: findings.map(|findings| findings.iter().map(Into::into).collect()),
        }
    }
}

impl Summary {
    /// The summary of a run; a number of seconds that JSON cannot hold counts as 0.
    pub fn new(findings: &[fence_engine::Finding], counts: &Counts) -> Self {
        use fence_engine::Level;
        let of = |level: Level| {
            findings
                .iter()
                .filter(|finding| finding.level == level)
                .count() as u64
        };
        Self {
            errors: of(Level::Error),
            warnings: of(Level::Warning),
            notes: of(Level::Note),
            counts: Counts {
                seconds: if counts.seconds.is_finite() {
                    counts.seconds
                } else {
                    0.0
                },
                ..*counts
            },
        }
    }
}
