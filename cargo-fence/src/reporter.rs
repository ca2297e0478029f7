//! How a run is told: one way for each `--message-format`.
//!
//! How a single finding looks is the business of `fence-report`. Here is what stands around it: results of scenarios and
//! patterns, problems, the closing line, and which of these goes where.

mod count;
mod expectation;
mod human;
mod json;
mod listing;
mod notes;

use fence_engine::Finding;
use fence_replay::input::Item;

use crate::arguments::{MessageFormat, Reporting, is_colored};
use crate::console::Console;
use crate::source::Source;
use crate::tally::Tally;

/// Tells of a run while it goes on.
pub(crate) trait Reporter {
    /// A file is opened.
    fn begin(&mut self, source: &Source);

    /// A file said something.
    fn item(&mut self, item: Item, console: &mut Console);

    /// The end of the file.
    fn end(&mut self, console: &mut Console);

    /// Something called `name` could not be read.
    fn unread(&mut self, name: &str, message: &str, console: &mut Console);

    /// The end of the run.
    fn summary(&mut self, tally: &Tally, console: &mut Console);
}

/// What a reporter has to know about the run before it begins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunShape {
    /// One file is all there is.
    pub(crate) is_one_file: bool,
    /// The judgement is the kernel's, whose class states can be compared.
    pub(crate) is_kernel: bool,
}

/// The reporter that was asked for.
pub(crate) fn new(options: &Reporting, run: RunShape) -> Box<dyn Reporter> {
    match options.message_format {
        MessageFormat::Human => Box::new(human::Human::new(
            is_colored(options.color),
            options.quiet,
            run.is_one_file,
        )),
        MessageFormat::Splat => Box::new(listing::Listing::new(
            fence_report::splat::render,
            options.quiet,
        )),
        MessageFormat::Short => Box::new(listing::Listing::new(short, options.quiet)),
        MessageFormat::Json => Box::new(json::Json::new(run.is_kernel)),
    }
}

/// Tells what of a file was not understood, where there is nothing else to be told.
pub(crate) fn problems(source: &Source, problems: Vec<Item>, console: &mut Console) {
    let mut notes = notes::Notes::default();
    notes.begin(&source.name);
    for problem in problems {
        if let Item::Problem {
            line,
            column,
            message,
        } = problem
        {
            notes.problem(line, column, &message, console);
        }
    }
    notes.end(console);
}

fn short(finding: &Finding) -> String {
    fence_report::short::render(finding, &fence_report::Options::default())
}

/// The name of a pattern: its id, or the name of its file where it is the only one and has none.
fn pattern_name<'n>(id: &'n str, stem: &'n str) -> &'n str {
    if id.is_empty() { stem } else { id }
}
