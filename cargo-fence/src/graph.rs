//! `cargo fence graph`: class graphs merged, judged and shown.

mod drawing;
mod file;
mod merge;
mod output;

use std::path::Path;

use fence_engine::ClassGraph;
use fence_report::dot;

use crate::arguments::{GraphArguments, GraphCommand};
use crate::console::Console;
use crate::exit_code;
use crate::failure::Failure;
use crate::reporter;
use crate::source::Source;

pub(crate) use output::{MergedGraph, write};

/// Runs one of the commands about graphs.
pub(crate) fn run(arguments: &GraphArguments) -> Result<u8, Failure> {
    match &arguments.command {
        GraphCommand::Merge(arguments) => merge::run(arguments),
        GraphCommand::Show(arguments) => show(&arguments.file, |graph, out| out.print_all(graph)),
        GraphCommand::Stats(arguments) => {
            show(&arguments.file, |graph, out| out.print_all(&graph.stats()))
        }
        GraphCommand::Dot(arguments) => show(&arguments.file, |graph, out| {
            out.print(&dot::render(&drawing::of(graph)));
        }),
    }
}

/// Prints a graph in one way or another.
fn show(path: &Path, print: impl Fn(&ClassGraph, &mut Console)) -> Result<u8, Failure> {
    let source = Source::named(path);
    let file = match file::read(&source) {
        Ok(file) => file,
        Err(error) => {
            return Err(Failure::Graph {
                name: source.name,
                error: error.to_string(),
            });
        }
    };
    let mut console = Console::new();
    print(&file.graph, &mut console);
    reporter::problems(&source, file.problems, &mut console);
    console.finish()?;
    Ok(exit_code::CLEAN)
}
