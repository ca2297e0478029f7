//! `cargo fence test`: tests are run, and what their processes have found is told, with what only all of them show.

mod cargo;
mod recorded;
mod together;

use std::path::{Path, PathBuf};

use fence_lockdep::Suppressions;
use fence_lockdep::options::{Options, VARIABLE};
use fence_replay::input::Item;

use crate::arguments::TestArguments;
use crate::console::Console;
use crate::exit_code;
use crate::failure::Failure;
use crate::graph;
use crate::reporter::{self, Reporter, RunShape};
use crate::source::Source;
use crate::tally::Tally;

use cargo::Workspace;
use together::Together;

/// Tests, and reports.
pub(crate) fn run(arguments: &TestArguments) -> Result<u8, Failure> {
    let mut console = Console::new();
    let file = arguments
        .suppressions
        .clone()
        .or_else(|| from_environment(&mut console));
    // Before the tests, which may take long, and are in vain without it.
    let (suppressions, bad_lines) = match &file {
        Some(path) => Suppressions::parse(&read(path)?),
        None => Default::default(),
    };
    let workspace = Workspace::find(arguments)?;
    let records = workspace.folder_for_records()?;
    let passed = cargo::test(arguments, records.path())?;

    let mut together = Together::read(records.path());
    together
        .findings
        .retain(|finding| !suppressions.covers(finding));
    let mut told = Told {
        reporter: reporter::new(&arguments.reporting, RunShape::default()),
        tally: Tally::new(arguments.reporting.fail_on),
        console,
    };
    told.tally.processes(together.processes);
    for (name, error) in &together.unread {
        told.tally.unread();
        told.reporter.unread(name, error, &mut told.console);
    }
    told.findings(&workspace, &mut together);
    if let Some(path) = &file {
        let problems = bad_lines.into_iter().chain(suppressions.unused());
        let items = problems.map(|problem| Item::Problem {
            line: problem.line as u64,
            column: 0,
            message: problem.kind.to_string(),
        });
        told.about(&Source::named(path), items);
    }
    let limits = together.limits.iter().map(|limit| Item::of_file(*limit));
    told.about(&Source::named(Path::new("all processes together")), limits);
    if let Some(path) = arguments
        .graph_out
        .as_ref()
        .filter(|_| together.processes > 0)
    {
        graph::write(&together.graph, path)?;
    }
    told.finish(passed, arguments.reporting.quiet)
}

/// The suppressions that the environment names. What is wrong with the options is said here, where it is read once.
fn from_environment(console: &mut Console) -> Option<PathBuf> {
    let text = std::env::var(VARIABLE).ok()?;
    let mut options = Options::default();
    for complaint in options.read(&text) {
        console.note(&format!("{VARIABLE}: {complaint}\n"));
    }
    options.suppressions
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::Read {
        path: path.into(),
        error,
    })
}

/// What is said and counted.
struct Told {
    reporter: Box<dyn Reporter>,
    tally: Tally,
    console: Console,
}

impl Told {
    /// The findings, a file at a time so that its lines can be shown.
    fn findings(&mut self, workspace: &Workspace, together: &mut Together) {
        let findings = std::mem::take(&mut together.findings);
        let mut findings = findings.into_iter().peekable();
        while let Some(first) = findings.next() {
            let file = first.place.file.clone();
            // Paths in a program are those the compiler was given, in the folder of the workspace.
            let mut source = Source::named(&workspace.root().join(&file));
            source.name.clone_from(&file);
            let others =
                std::iter::from_fn(|| findings.next_if(|finding| finding.place.file == file));
            let items: Vec<Item> = std::iter::once(first)
                .chain(others)
                .map(|finding| Item::Finding(Box::new(finding)))
                .collect();
            self.about(&source, items);
        }
    }

    fn about(&mut self, source: &Source, items: impl IntoIterator<Item = Item>) {
        self.reporter.begin(source);
        for item in items {
            self.tally.item(&item);
            self.reporter.item(item, &mut self.console);
        }
        self.reporter.end(&mut self.console);
    }

    fn finish(mut self, passed: bool, quiet: bool) -> Result<u8, Failure> {
        self.reporter.summary(&self.tally, &mut self.console);
        let code = match self.tally.exit_code() {
            exit_code::CLEAN | exit_code::NOTHING_TO_CHECK if !passed => exit_code::TESTS_FAILED,
            code => code,
        };
        let remark = match code {
            exit_code::TESTS_FAILED => "the tests themselves failed",
            exit_code::NOTHING_TO_CHECK => "no process of these tests has used fence-lockdep",
            _ => "",
        };
        if !remark.is_empty() && !quiet {
            self.console.note(&format!("fence: {remark}\n"));
        }
        self.console.finish()?;
        Ok(code)
    }
}
