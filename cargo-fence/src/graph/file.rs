//! Reads a class graph, whatever it was written as.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use fence_engine::ClassGraph;
use fence_engine::fgraph::DecodeError;
use fence_replay::input::{InputError, Item, Kind, detect};
use fence_replay::proc_lockdep::Snapshot;
use fence_replay::{graph_input, splat};

use crate::source::Source;

/// The largest file that is read; a graph of a whole kernel has some 10 MiB.
const MAX_BYTES: u64 = 1 << 30;

/// Why there is no graph.
#[derive(Debug, thiserror::Error)]
pub(super) enum GraphFileError {
    /// It could not be read, or is nothing that is known.
    #[error(transparent)]
    Input(#[from] InputError),
    /// It is a damaged graph.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is too long.
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLong,
    /// It says what happened, and not what was learnt from it.
    #[error(
        "this is {0}, not a graph; `cargo fence replay --graph-out FILE.fgraph` makes one of it"
    )]
    NotLearnt(&'static str),
}

/// A graph, and what of its file was not understood.
#[derive(Debug)]
pub(super) struct GraphFile {
    pub(super) graph: ClassGraph,
    /// Each an [`Item::Problem`].
    pub(super) problems: Vec<Item>,
}

impl From<ClassGraph> for GraphFile {
    fn from(graph: ClassGraph) -> Self {
        let problems = Vec::new();
        Self { graph, problems }
    }
}

/// Reads a graph.
pub(super) fn read(source: &Source) -> Result<GraphFile, GraphFileError> {
    let bytes = bytes(source)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(GraphFile {
            graph: ClassGraph::new(),
            problems: vec![Item::of_file("there is nothing in it")],
        });
    }
    match detect(&bytes)? {
        Kind::Graph => Ok(ClassGraph::decode(&bytes)?.into()),
        Kind::Log => Ok(from_log(&source.name, &bytes)),
        Kind::ProcLockdep => Ok(from_proc_lockdep(&source.name, &bytes)?),
        Kind::Scenarios => Err(GraphFileError::NotLearnt("a file of scenarios")),
        Kind::Patterns => Err(GraphFileError::NotLearnt("a file of patterns")),
        Kind::Trace => Err(GraphFileError::NotLearnt("a trace")),
        _ => Err(InputError::Unknown.into()),
    }
}

fn bytes(source: &Source) -> Result<Vec<u8>, GraphFileError> {
    let reader = source
        .open(Rc::new(Cell::new(true)))
        .map_err(InputError::from)?;
    let mut bytes = Vec::new();
    reader
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(InputError::from)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(GraphFileError::TooLong);
    }
    Ok(bytes)
}

fn from_log(name: &str, log: &[u8]) -> GraphFile {
    let reports = splat::read_reports(log);
    let problems = reports.iter().flat_map(|report| &report.problems);
    let mut problems: Vec<Item> = problems
        .map(|problem| item(problem.line, 0, problem.kind.to_string()))
        .collect();
    if reports.is_empty() {
        problems.push(Item::of_file("there is no lockdep report in this log"));
    }
    GraphFile {
        graph: graph_input::from_splats(name, &reports),
        problems,
    }
}

fn from_proc_lockdep(name: &str, text: &[u8]) -> Result<GraphFile, InputError> {
    let snapshot = Snapshot::read(text)?;
    let problems = snapshot.problems.iter();
    let mut problems: Vec<Item> = problems
        .map(|problem| item(problem.line, problem.column, problem.kind.to_string()))
        .collect();
    if snapshot.incomplete {
        problems.push(Item::of_file(
            "the kernel ran out of room for chains, so some are missing",
        ));
    }
    Ok(GraphFile {
        graph: graph_input::from_proc_lockdep(name, &snapshot),
        problems,
    })
}

fn item(line: u64, column: u32, message: String) -> Item {
    Item::Problem {
        line,
        column: column.into(),
        message,
    }
}
