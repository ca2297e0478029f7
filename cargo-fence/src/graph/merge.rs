//! `cargo fence graph merge`: graphs of many runs become one, and what only all of them together show is reported.

use fence_engine::fgraph::keep_new;
use fence_engine::{ClassGraph, Config};
use fence_replay::input::Item;

use super::file::{self, GraphFile};
use super::output::{MergedGraph, write};
use crate::arguments::MergeArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::reporter::{self, RunShape};
use crate::source::{self, Source};
use crate::tally::Tally;

/// What is read in a directory.
const EXTENSIONS: &[&str] = &["fgraph"];

/// A graph that was merged, to be looked at again.
enum Part {
    /// It can be read once more.
    File(Source),
    /// It cannot.
    Kept(ClassGraph),
}

/// Merges, writes and reports.
pub(super) fn run(arguments: &MergeArguments) -> Result<u8, Failure> {
    let (sources, unlisted) = source::collect(&arguments.files, EXTENSIONS);
    let mut console = Console::new();
    let mut reporter = reporter::new(&arguments.reporting, RunShape::default());
    let mut tally = Tally::new(arguments.reporting.fail_on);
    tally.only_new = !arguments.all;
    for folder in &unlisted {
        tally.unread();
        reporter.unread(&folder.name, &folder.error.to_string(), &mut console);
    }
    let (mut merged, mut parts) = (MergedGraph::default(), Vec::new());
    for source in sources {
        match file::read(&source) {
            Ok(GraphFile { graph, problems }) => {
                tally.graph();
                reporter.begin(&source);
                for problem in problems {
                    tally.item(&problem);
                    reporter.item(problem, &mut console);
                }
                reporter.end(&mut console);
                parts.push(match source.path_to_reread() {
                    Some(_) => Part::File(source),
                    None => Part::Kept(graph.clone()),
                });
                merged.add(graph);
            }
            Err(error) => {
                tally.unread();
                reporter.unread(&source.name, &error.to_string(), &mut console);
            }
        }
    }
    let merged = merged.finish();
    let mut judged = merged.judged(Config::STRICT);
    let mut findings = judged.take_findings();
    if !arguments.all {
        keep_new(&mut findings, parts.into_iter().filter_map(Part::graph));
    }
    // Not before the parts were read again: the file may be one of them.
    if let Some(path) = arguments.output.as_ref().filter(|_| tally.graphs > 0) {
        write(&merged, path)?;
    }
    let findings = findings
        .into_iter()
        .map(|finding| Item::Finding(Box::new(finding)));
    for item in findings.chain(
        judged
            .limits_reached()
            .iter()
            .map(|limit| Item::of_file(*limit)),
    ) {
        tally.item(&item);
        reporter.item(item, &mut console);
    }
    reporter.summary(&tally, &mut console);
    console.finish()?;
    Ok(tally.exit_code())
}

impl Part {
    /// The graph, unless it went away in the meantime.
    fn graph(self) -> Option<ClassGraph> {
        match self {
            Self::File(source) => file::read(&source).ok().map(|file| file.graph),
            Self::Kept(graph) => Some(graph),
        }
    }
}
