//! `--message-format human`: a line for each scenario and pattern, findings in full where they need a look, and source lines.

use std::collections::BTreeSet;

use clap::builder::styling::{AnsiColor, Style};
use fence_engine::Finding;
use fence_replay::input::Item;
use fence_replay::pattern_events::PatternOutcome;
use fence_replay::scenario::Outcome;
use fence_report::Options;

use super::count::closing_line;
use super::expectation::mismatch;
use super::notes::{self, Notes};
use super::{Reporter, pattern_name};
use crate::console::Console;
use crate::source::Source;
use crate::source_lines::SourceLines;
use crate::tally::Tally;

/// Findings of a recording that wait for their source lines; more are not kept.
const BATCH: usize = 256;

/// Prints for a person.
#[derive(Debug)]
pub(super) struct Human {
    color: bool,
    quiet: bool,
    notes: Notes,
    file: String,
    stem: String,
    lines: Option<SourceLines>,
    lone: Lone,
    waiting: Vec<Finding>,
    last: Last,
}

/// What was printed last: a blank line keeps findings apart from what is around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    Result,
    Finding,
}

/// Whether there is but one scenario or pattern in all, which is then told in full.
#[derive(Debug)]
enum Lone {
    /// There may be one.
    Awaited,
    /// There is one so far.
    Found(Checked),
    /// There are more, or more than one file.
    No,
}

/// A scenario or pattern that was run.
#[derive(Debug)]
struct Checked {
    /// What is wrong beside the findings, in words.
    complaint: Option<String>,
    name: String,
    is_ok: bool,
    /// Whether it says itself what is to be found.
    has_expectation: bool,
    findings: Vec<Finding>,
}

impl Checked {
    fn scenario(name: String, outcome: Outcome) -> Self {
        let is_ok = outcome.step < 0;
        let found = || {
            format!(
                "expected ok, found {} at step {}",
                outcome.verdict, outcome.step
            )
        };
        Self {
            complaint: (!is_ok).then(found),
            name,
            is_ok,
            has_expectation: true,
            findings: outcome.findings,
        }
    }

    fn pattern(name: String, outcome: PatternOutcome) -> Self {
        Self {
            complaint: mismatch(&outcome),
            name,
            is_ok: outcome.as_expected,
            has_expectation: outcome.expected.is_some(),
            findings: outcome.findings,
        }
    }
}

impl Human {
    pub(super) fn new(color: bool, quiet: bool, is_alone: bool) -> Self {
        Self {
            color,
            quiet,
            notes: Notes::default(),
            file: String::new(),
            stem: String::new(),
            lines: None,
            lone: if is_alone { Lone::Awaited } else { Lone::No },
            waiting: Vec::new(),
            last: Last::Nothing,
        }
    }

    fn checked(&mut self, item: Checked, console: &mut Console) {
        match std::mem::replace(&mut self.lone, Lone::No) {
            Lone::Awaited => self.lone = Lone::Found(item),
            Lone::Found(first) => {
                self.tell(&first, false, console);
                self.tell(&item, false, console);
            }
            Lone::No => self.tell(&item, false, console),
        }
    }

    fn tell(&mut self, item: &Checked, is_only: bool, console: &mut Console) {
        let (word, tone) = if item.is_ok {
            ("ok  ", AnsiColor::Green)
        } else {
            ("FAIL", AnsiColor::BrightRed)
        };
        // Where nothing was expected of the only item, its findings say all there is to say.
        let speaks_for_itself = is_only && !item.has_expectation && !item.findings.is_empty();
        if !(speaks_for_itself || item.is_ok && self.quiet) {
            let style = if self.color {
                tone.on_default().bold()
            } else {
                Style::new()
            };
            let complaint = item
                .complaint
                .as_ref()
                .map(|words| format!(": {words}"))
                .unwrap_or_default();
            let name = fence_report::visible(&item.name);
            let gap = if self.last == Last::Finding { "\n" } else { "" };
            console.print(&format!("{gap}{style}{word}{style:#} {name}{complaint}\n"));
            self.last = Last::Result;
        }
        if is_only || !item.is_ok {
            self.findings(&item.findings, console);
        }
    }

    fn findings(&mut self, findings: &[Finding], console: &mut Console) {
        let here = findings
            .iter()
            .filter(|finding| finding.place.file == self.file);
        let wanted: BTreeSet<u32> = here.map(|finding| finding.place.line).collect();
        let lines = self
            .lines
            .as_mut()
            .map(|lines| lines.fetch(&wanted))
            .unwrap_or_default();
        for finding in findings {
            let lookup = |file: &str, line: u32| {
                lines
                    .get(&line)
                    .filter(|_| file == self.file)
                    .map(String::as_str)
            };
            let options = Options {
                color: self.color,
                sources: Some(&lookup),
            };
            console.print(if self.last == Last::Nothing { "" } else { "\n" });
            console.print(&fence_report::human::render(finding, &options));
            self.last = Last::Finding;
        }
    }

    fn recorded(&mut self, finding: Finding, console: &mut Console) {
        self.waiting.push(finding);
        // What cannot be read again needs no waiting for, and may come from a machine that is still running.
        if self.lines.is_none() || self.waiting.len() >= BATCH {
            self.release_waiting(console);
            console.flush();
        }
    }

    fn release_waiting(&mut self, console: &mut Console) {
        let findings = std::mem::take(&mut self.waiting);
        self.findings(&findings, console);
    }
}

impl Reporter for Human {
    fn begin(&mut self, source: &Source) {
        self.notes.begin(&source.name);
        self.file.clone_from(&source.name);
        self.stem = source.stem();
        self.lines = source
            .path_to_reread()
            .map(|path| SourceLines::new(path.into()));
    }

    fn item(&mut self, item: Item, console: &mut Console) {
        match item {
            Item::Scenario { id, outcome, .. } => {
                self.checked(Checked::scenario(id, outcome), console);
            }
            Item::Pattern { id, outcome, .. } => {
                let name = pattern_name(&id, &self.stem).to_owned();
                self.checked(Checked::pattern(name, outcome), console);
            }
            Item::Finding(finding) => self.recorded(*finding, console),
            Item::Problem {
                line,
                column,
                message,
            } => self.notes.problem(line, column, &message, console),
            _ => {}
        }
    }

    fn end(&mut self, console: &mut Console) {
        if let Lone::Found(item) = std::mem::replace(&mut self.lone, Lone::No) {
            self.tell(&item, true, console);
        }
        self.release_waiting(console);
        self.lines = None;
        self.notes.end(console);
    }

    fn unread(&mut self, name: &str, message: &str, console: &mut Console) {
        notes::unread(name, message, console);
    }

    fn summary(&mut self, tally: &Tally, console: &mut Console) {
        if !self.quiet {
            console.note(&closing_line(tally));
        }
    }
}
