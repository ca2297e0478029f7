//! Why a command could not do its work at all. What is wrong with one of several files is no failure of the command.

use std::io;
use std::path::PathBuf;

/// The end of a command, with exit code [`FAILURE`](crate::exit_code::FAILURE).
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The output could not be written; a reader that went away is no failure.
    #[error("writing the output failed: {0}")]
    Output(io::Error),
    /// A file could not be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file could not be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Cargo could not be run, or did not do what it was asked to.
    #[error("cargo {command}: {error}")]
    Cargo {
        /// The subcommand.
        command: &'static str,
        /// Why.
        error: String,
    },
    /// A file is no class graph.
    #[error("{name}: {error}")]
    Graph {
        /// The file.
        name: String,
        /// Why.
        error: String,
    },
    /// A rule that is not in the catalogue.
    #[error(
        "there is no rule `{name}`{} (`cargo fence rules` lists them all)",
        hint(nearest)
    )]
    UnknownRule {
        /// What was asked for.
        name: String,
        /// The rules that may have been meant.
        nearest: Vec<&'static str>,
    },
}

fn hint(nearest: &[&str]) -> String {
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!("; did you mean {last}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_rule_is_answered_with_those_that_may_have_been_meant() {
        let message = |nearest| {
            Failure::UnknownRule {
                name: "x".into(),
                nearest,
            }
            .to_string()
        };
        let listed = "(`cargo fence rules` lists them all)";
        assert_eq!(message(vec![]), format!("there is no rule `x` {listed}"));
        assert_eq!(
            message(vec!["a"]),
            format!("there is no rule `x`; did you mean `a`? {listed}")
        );
        assert_eq!(
            message(vec!["a", "b", "c"]),
            format!("there is no rule `x`; did you mean `a`, `b` or `c`? {listed}")
        );
    }
}
