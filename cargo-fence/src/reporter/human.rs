//! `--message-format human`: a line for each scenario and pattern, findings in full where they need a look, and source lines.

use std::collections::BTreeSet;

use clap::builder::styling::{AnsiColor, Style};
use fence_engine::Finding;
use fence_replay::input::Item;
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
    /// Whether one file is all there is, so that a lone item in it is told in full.
    is_alone: bool,
    notes: Notes,
    file: String,
    stem: String,
    lines: Option<SourceLines>,
    /// The first item of the only file, until it is known whether another follows.
    first: Option<Checked>,
    has_items: bool,
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

/// A scenario or pattern that was run.
#[derive(Debug)]
struct Checked {
    /// What is wrong beside the findings, in words.
    complaint: Option<String>,
    name: String,
    is_ok: bool,
    findings: Vec<Finding>,
}

impl Human {
    pub(super) fn new(color: bool, quiet: bool, is_alone: bool) -> Self {
        Self {
            color,
            quiet,
            is_alone,
            notes: Notes::default(),
            file: String::new(),
            stem: String::new(),
            lines: None,
            first: None,
            has_items: false,
            waiting: Vec::new(),
            last: Last::Nothing,
        }
    }

    fn checked(&mut self, item: Checked, console: &mut Console) {
        if self.is_alone && !self.has_items {
            self.first = Some(item);
        } else {
            self.release_first(false, console);
            self.tell(&item, false, console);
        }
        self.has_items = true;
    }

    fn release_first(&mut self, is_only: bool, console: &mut Console) {
        if let Some(item) = self.first.take() {
            self.tell(&item, is_only, console);
        }
    }

    fn tell(&mut self, item: &Checked, is_only: bool, console: &mut Console) {
        let (word, tone) = if item.is_ok { ("ok  ", AnsiColor::Green) } else { ("FAIL", AnsiColor::BrightRed) };
        // Where nothing was expected of the only item, its findings say all there is to say.
        let speaks_for_itself = is_only && item.complaint.is_none() && !item.findings.is_empty();
        if !(speaks_for_itself || item.is_ok && self.quiet) {
            let style = if self.color { tone.on_default().bold() } else { Style::new() };
            let complaint = item.complaint.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
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
        let here = findings.iter().filter(|finding| finding.place.file == self.file);
        let wanted: BTreeSet<u32> = here.map(|finding| finding.place.line).collect();
        let lines = self.lines.as_mut().map(|lines| lines.fetch(&wanted)).unwrap_or_default();
        for finding in findings {
            let lookup = |file: &str, line: u32| lines.get(&line).filter(|_| file == self.file).map(String::as_str);
            let options = Options { color: self.color, sources: Some(&lookup) };
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
        self.lines = source.path_to_reread().map(|path| SourceLines::new(path.into()));
    }

    fn item(&mut self, item: Item, console: &mut Console) {
        match item {
            Item::Scenario { id, outcome, .. } => {
                let is_ok = outcome.step < 0;
                let complaint = (!is_ok).then(|| format!("expected ok, found {} at step {}", outcome.verdict, outcome.step));
                self.checked(Checked { complaint, name: id, is_ok, findings: outcome.findings }, console);
            }
            Item::Pattern { id, outcome, .. } => {
                let name = pattern_name(&id, &self.stem).to_owned();
                let (complaint, is_ok) = (mismatch(&outcome), outcome.as_expected);
                self.checked(Checked { complaint, name, is_ok, findings: outcome.findings }, console);
            }
            Item::Finding(finding) => self.recorded(*finding, console),
            Item::Problem { line, column, message } => self.notes.problem(line, column, &message, console),
            _ => {}
        }
    }

    fn end(&mut self, console: &mut Console) {
        self.release_first(true, console);
        self.release_waiting(console);
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
