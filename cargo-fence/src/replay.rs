//! `cargo fence replay`: reads the files in turn, tells what they say, and keeps the tally.

use std::cell::Cell;
use std::rc::Rc;

use fence_replay::input::{self, InputError, Item, Kind, Summary};

use crate::arguments::{ProfileName, ReplayArguments};
use crate::console::Console;
use crate::exit_code;
use crate::failure::Failure;
use crate::graph::{self, MergedGraph};
use crate::progress::Progress;
use crate::reporter::{self, Reporter, RunShape};
use crate::source::{self, Source};
use crate::tally::Tally;

/// What is read in a directory.
const EXTENSIONS: &[&str] = &["fence", "jsonl", "txt", "trace"];

/// Checks everything that was named.
pub(crate) fn run(arguments: &ReplayArguments) -> Result<u8, Failure> {
    let options = &arguments.reporting;
    let (sources, unlisted) = source::collect(&arguments.files, EXTENSIONS);
    let shape = RunShape {
        is_one_file: sources.len() == 1,
        is_kernel: arguments.profile == ProfileName::Kernel,
    };
    let bytes = sources.iter().map(Source::size).sum();
    let progress = if options.quiet {
        Progress::hidden()
    } else {
        Progress::over(bytes)
    };
    let mut replay = Replay {
        arguments,
        console: Console::with_progress(progress),
        reporter: reporter::new(options, shape),
        tally: Tally::new(options.fail_on),
        graph: arguments.graph_out.as_ref().map(|_| MergedGraph::default()),
    };
    for folder in &unlisted {
        replay.unread(&folder.name, &folder.error.to_string());
    }
    for source in &sources {
        replay.file(source);
        if replay.is_useless() {
            return replay.abandon();
        }
    }
    replay.finish()
}

struct Replay<'a> {
    arguments: &'a ReplayArguments,
    console: Console,
    reporter: Box<dyn Reporter>,
    tally: Tally,
    /// What was learnt, if it is to be kept.
    graph: Option<MergedGraph>,
}

/// What became of reading a file.
enum Read {
    Whole(Box<Summary>),
    Blank,
    Failed(InputError),
}

impl Replay<'_> {
    fn file(&mut self, source: &Source) {
        self.reporter.begin(source);
        match self.read(source) {
            Read::Whole(summary) => self.end_of_file(&summary),
            Read::Failed(_) if self.is_useless() => return,
            Read::Blank => self.remark("there is nothing in it"),
            // What merely lies in a folder need not be a thing that is replayed.
            Read::Failed(error @ (InputError::Unknown | InputError::Elsewhere { .. }))
                if !source.is_named =>
            {
                self.remark(&format!("left out: {error}"));
            }
            Read::Failed(error) => self.unread(&source.name, &error.to_string()),
        }
        self.reporter.end(&mut self.console);
        self.console.progress().past(source.size());
    }

    fn read(&mut self, source: &Source) -> Read {
        let Self {
            arguments,
            console,
            reporter,
            tally,
            graph,
        } = self;
        let wanted = if graph.is_some() {
            Rc::new(Cell::new(true))
        } else {
            console.is_open()
        };
        let reader = match source.open(wanted) {
            Ok(reader) => reader,
            Err(error) => return Read::Failed(error.into()),
        };
        let (is_blank, bar) = (reader.is_blank(), console.progress().clone());
        let sink = &mut |item: Item| {
            tally.item(&item);
            if let (Some(graph), Item::Scenario { engine, .. } | Item::Pattern { engine, .. }) =
                (&mut *graph, &item)
            {
                graph.add(engine.class_graph());
            }
            reporter.item(item, console);
        };
        match input::read(
            &source.name,
            reader,
            arguments.config(),
            &mut |bytes| bar.at(bytes),
            sink,
        ) {
            Ok(summary) => Read::Whole(Box::new(summary)),
            Err(InputError::Unknown) if is_blank.get() => Read::Blank,
            Err(error) => Read::Failed(error),
        }
    }

    /// Whether nobody wants to know how it goes on.
    fn is_useless(&self) -> bool {
        self.graph.is_none() && !self.console.is_open().get()
    }

    fn end_of_file(&mut self, summary: &Summary) {
        if let (Some(graph), Some(engine)) = (&mut self.graph, &summary.engine) {
            graph.add(engine.class_graph());
        }
        if summary.kind == Kind::Trace && summary.checked == 0 {
            self.remark("no lock, fence or work event in it; record with events/lock and events/dma_fence enabled");
        }
        self.tally.end_of_file(summary);
    }

    /// Says something about the present file as a whole.
    fn remark(&mut self, message: &str) {
        self.reporter
            .item(Item::of_file(message), &mut self.console);
    }

    fn unread(&mut self, name: &str, message: &str) {
        self.tally.unread();
        self.reporter.unread(name, message, &mut self.console);
    }

    /// Ends in silence, because nobody reads on: with what was found so far.
    fn abandon(self) -> Result<u8, Failure> {
        self.console.finish()?;
        Ok(if self.tally.exit_code() == exit_code::FINDINGS {
            exit_code::FINDINGS
        } else {
            exit_code::CLEAN
        })
    }

    fn finish(mut self) -> Result<u8, Failure> {
        self.console.progress().clear();
        self.reporter.summary(&self.tally, &mut self.console);
        self.console.finish()?;
        if let (Some(graph), Some(path)) = (self.graph, &self.arguments.graph_out) {
            graph::write(&graph.finish(), path)?;
        }
        Ok(self.tally.exit_code())
    }
}
