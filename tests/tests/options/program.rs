//! Runs the checked program with some options, and looks at what it leaves behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fence_engine::ClassGraph;

/// A deadlock: the locks in both orders.
pub(crate) const ABBA: &[&str] = &["ring-doorbell", "doorbell-ring"];
pub(crate) const CYCLE: &str = "LD002";

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// None if by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// How many reports of a rule stand on stderr.
    pub(crate) fn reports(&self, rule: &str) -> usize {
        self.err.matches(&format!("[{rule}]")).count()
    }

    pub(crate) fn has_done(&self, what: &str) -> bool {
        self.out.lines().any(|line| line == format!("done: {what}"))
    }

    pub(crate) fn summary(&self) -> Option<&str> {
        let last = self.err.lines().last()?;
        last.strip_prefix("fence: ")
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_checked_program"));
    for name in ["NO_COLOR", "RUST_BACKTRACE", "FENCE_LOCKDEP_OPTIONS"] {
        command.env_remove(name);
    }
    command
}

/// Runs with these options.
pub(crate) fn run(options: &str, what: &[&str]) -> Ended {
    let mut command = program();
    command.env("FENCE_LOCKDEP_OPTIONS", options).args(what);
    ended(command.output().expect("the program runs"))
}

/// An empty folder of a test's own.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("options")
            .join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// The path of a file in it, as the value of an option.
    pub(crate) fn quoted(&self, name: &str) -> String {
        format!("\"{}\"", self.0.join(name).display())
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).expect("a file");
        self.quoted(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("the file was written")
    }

    pub(crate) fn graph(&self, name: &str) -> ClassGraph {
        let bytes = std::fs::read(self.0.join(name)).expect("the file was written");
        ClassGraph::decode(&bytes).expect("a graph")
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                let name = entry.expect("an entry").file_name();
                name.to_string_lossy().into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

/// Whether the graph knows this order of two classes.
pub(crate) fn has_order(graph: &ClassGraph, from: &str, to: &str) -> bool {
    graph
        .edges()
        .any(|edge| graph.class(edge.from).label() == from && graph.class(edge.to).label() == to)
}
