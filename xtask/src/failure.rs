//! Why a command failed. Which command it was, its user knows.

use std::io;
use std::path::PathBuf;

/// What ended a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command did its work and found something, which it has printed.
    #[error("problems were found")]
    Found,
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot run `{command}`: {source}")]
    Start {
        /// The program and its arguments.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("`{command}` failed{}{said}", if said.is_empty() { "" } else { ":\n" })]
    Program {
        /// The program and its arguments.
        command: String,
        /// What it wrote to stderr, where that was not shown already.
        said: String,
    },
    /// The command was asked for something it cannot do.
    #[error("{0}")]
    Refused(String),
}
