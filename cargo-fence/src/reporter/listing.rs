//! `--message-format short` and `splat`: the findings one after another on stdout, all else on stderr.

use fence_engine::Finding;
use fence_replay::input::Item;

use super::count::closing_line;
use super::expectation::mismatch;
use super::notes::{self, Notes};
use super::{Reporter, pattern_name};
use crate::console::Console;
use crate::source::Source;
use crate::tally::Tally;

/// Prints every finding in the same way.
#[derive(Debug)]
pub(super) struct Listing {
    render: fn(&Finding) -> String,
    quiet: bool,
    notes: Notes,
    file: String,
    stem: String,
}

impl Listing {
    pub(super) fn new(render: fn(&Finding) -> String, quiet: bool) -> Self {
        Self {
            render,
            quiet,
            notes: Notes::default(),
            file: String::new(),
            stem: String::new(),
        }
    }

    fn findings(&self, findings: &[Finding], console: &mut Console) {
        for finding in findings {
            console.print(&(self.render)(finding));
        }
    }
}

impl Reporter for Listing {
    fn begin(&mut self, source: &Source) {
        self.notes.begin(&source.name);
        self.file.clone_from(&source.name);
        self.stem = source.stem();
    }

    fn item(&mut self, item: Item, console: &mut Console) {
        match item {
            Item::Scenario { outcome, .. } => self.findings(&outcome.findings, console),
            Item::Pattern {
                id, line, outcome, ..
            } => {
                self.findings(&outcome.findings, console);
                // The only thing to be said about a finding that did not come, and it has no rule to print it.
                if let Some(mismatch) = mismatch(&outcome) {
                    let name = pattern_name(&id, &self.stem);
                    self.notes
                        .remark(line, &format!("pattern `{name}`: {mismatch}"), console);
                }
            }
            Item::Finding(finding) => {
                self.findings(std::slice::from_ref(&finding), console);
                console.flush();
            }
            Item::Problem {
                line,
                column,
                message,
            } => self.notes.problem(line, column, &message, console),
            _ => {}
        }
    }

    fn end(&mut self, console: &mut Console) {
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
