//! `--message-format json`: everything on stdout, one object a line, the summary last.

use std::time::Instant;

use fence_replay::input::Item;
use fence_replay::scenario::Outcome;
use fence_report::json::{self, v1};

use super::{Reporter, notes, pattern_name};
use crate::console::Console;
use crate::source::Source;
use crate::tally::Tally;

/// Prints JSON lines.
#[derive(Debug)]
pub(super) struct Json {
    start: Instant,
    file: String,
    stem: String,
    is_kernel: bool,
}

impl Json {
    /// Scenarios carry, in the kernel's judgement, what the oracle writes down: the classes where nothing is complained of.
    /// In the other, where checking goes on, they carry all findings.
    pub(super) fn new(is_kernel: bool) -> Self {
        Self {
            start: Instant::now(),
            file: String::new(),
            stem: String::new(),
            is_kernel,
        }
    }

    fn scenario(&self, id: &str, outcome: &Outcome) -> String {
        let classes: Option<Vec<v1::ClassState>> =
            (self.is_kernel && outcome.step < 0).then(|| {
                let classes = outcome.classes.iter().cloned();
                classes
                    .map(|class| v1::ClassState {
                        name: class.name,
                        usage: class.usage,
                        after: class.after,
                    })
                    .collect()
            });
        let findings = (!self.is_kernel).then_some(outcome.findings.as_slice());
        json::scenario(
            id,
            outcome.verdict,
            outcome.step,
            classes.as_deref(),
            findings,
        )
    }

    fn problem(&self, line: u64, column: u64, message: &str) -> String {
        json::problem(&self.file, saturated(line), saturated(column), message)
    }
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Seconds to a tenth: more digits would differ from run to run and say nothing about the input.
fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}

impl Reporter for Json {
    fn begin(&mut self, source: &Source) {
        self.file.clone_from(&source.name);
        self.stem = source.stem();
    }

    fn item(&mut self, item: Item, console: &mut Console) {
        let line = match item {
            Item::Scenario { id, outcome, .. } => self.scenario(&id, &outcome),
            Item::Pattern { id, outcome, .. } => json::pattern(
                pattern_name(&id, &self.stem),
                &outcome.findings,
                outcome.as_expected,
            ),
            Item::Finding(finding) => json::finding(&finding),
            Item::Problem {
                line,
                column,
                message,
            } => self.problem(line, column, &message),
            _ => return,
        };
        console.print(&line);
    }

    fn end(&mut self, _console: &mut Console) {}

    fn unread(&mut self, name: &str, message: &str, console: &mut Console) {
        console.print(&json::problem(name, 0, 0, message));
        notes::unread(name, message, console);
    }

    fn summary(&mut self, tally: &Tally, console: &mut Console) {
        console.print(&json::line(&v1::Summary {
            errors: tally.found.errors,
            warnings: tally.found.warnings,
            notes: tally.found.notes,
            counts: v1::Counts {
                files: tally.files,
                lines: tally.lines,
                seconds: tenths(self.start.elapsed().as_secs_f64()),
                ..v1::Counts::default()
            },
        }));
    }
}
