//! Scenarios: small lock programs in the language of the lockdep oracle, one JSON object a line.
//!
//! The language and the meaning of a result are described in `docs/spec/scenarios.md`.

mod runner;

use fence_engine::{Config, Engine, Finding};
use serde::Deserialize;

use self::runner::Runner;

/// One scenario as it stands in a file. Fields beside these (recorded verdicts, for one) are ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct Scenario {
    /// Its name.
    pub id: String,
    /// Its operations, `class` lines included.
    #[serde(rename = "scenario")]
    pub operations: Vec<String>,
}

/// A class's state after a scenario: its usage bits and direct dependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassState {
    /// `NAME/SUBCLASS`.
    pub name: String,
    /// The kernel's usage mask.
    pub usage: u16,
    /// `NAME/SUBCLASS` of the later class, kinds, distance; for a class of the running kernel `NAME/-1`.
    pub after: Vec<(String, u8, u16)>,
}

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `ok`, lockdep's word for the first complaint, or the name of the first rule lockdep does not have.
    pub verdict: &'static str,
    /// The 0-based index of the operation it happened at, `class` lines not counted; -1 for ok.
    pub step: i64,
    /// All findings.
    pub findings: Vec<Finding>,
    /// The state of every class used, those of the running kernel excepted.
    pub classes: Vec<ClassState>,
}

/// Why a scenario could not be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The line is not a JSON object with `id` and `scenario`.
    #[error("not a scenario: {message}")]
    Json {
        /// What the JSON reader said.
        message: String,
        /// 1-based column it stopped at.
        column: usize,
    },
    /// An operation that the language does not have, or one without what it needs.
    #[error("operation {index}: expected {expected}, found `{found}`")]
    Operation {
        /// 0-based index into the operations.
        index: usize,
        /// What would have been right.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

impl ScenarioError {
    /// The 1-based column of the line, 0 where only the operation is known.
    #[must_use]
    pub fn column(&self) -> usize {
        match self {
            Self::Json { column, .. } => *column,
            Self::Operation { .. } => 0,
        }
    }
}

impl Scenario {
    /// Reads one line.
    ///
    /// # Errors
    /// [`ScenarioError::Json`] if the line is not a JSON object with a string `id` and an array of strings `scenario`.
    pub fn parse(line: &[u8]) -> Result<Self, ScenarioError> {
        serde_json::from_slice(line).map_err(|error| ScenarioError::Json {
            message: without_position(&error.to_string()),
            column: error.column(),
        })
    }

    /// Runs it on a fresh engine.
    ///
    /// # Errors
    /// [`ScenarioError::Operation`] at the first operation that is not of the language.
    ///
    /// ```
    /// use fence_engine::Config;
    /// use fence_replay::scenario::Scenario;
    /// let line = br#"{"id":"x","scenario":["class A","acq A w","acq A w","rel A","rel A"]}"#;
    /// let outcome = Scenario::parse(line)?.run(Config::KERNEL)?;
    /// assert_eq!((outcome.verdict, outcome.step), ("recursive", 1));
    /// # Ok::<(), fence_replay::scenario::ScenarioError>(())
    /// ```
    pub fn run(&self, config: Config) -> Result<Outcome, ScenarioError> {
        self.run_to_engine(config).map(|(outcome, _)| outcome)
    }

    /// Runs it on a fresh engine and hands that out too, for its graph.
    ///
    /// # Errors
    /// As [`Scenario::run`].
    pub fn run_to_engine(&self, config: Config) -> Result<(Outcome, Engine), ScenarioError> {
        let mut runner = Runner::new(config, self);
        let mut step = 0;
        for (index, text) in self.operations.iter().enumerate() {
            let words: Vec<&str> = text.split_ascii_whitespace().collect();
            let wrong = |expected| ScenarioError::Operation {
                index,
                expected,
                found: text.clone(),
            };
            if words.first() == Some(&"class") {
                runner.class(&words).map_err(wrong)?;
                continue;
            }
            runner.operation(&words, step).map_err(wrong)?;
            step += 1;
            if runner.is_stopped() {
                break;
            }
        }
        runner.finish(step);
        Ok(runner.outcome())
    }
}

/// The message without the position, which counts this line as the first.
fn without_position(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message)
        .to_owned()
}
