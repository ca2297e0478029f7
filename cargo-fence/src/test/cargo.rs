//! Runs cargo: where the workspace is, the tests, and the folder that their processes write to.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fence_lockdep::options::VARIABLE;
use serde::Deserialize;

use crate::arguments::TestArguments;
use crate::failure::Failure;

/// Where the tests are from, and where cargo keeps what it builds.
#[derive(Debug, Deserialize)]
pub(super) struct Workspace {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

/// A folder that goes away with this.
#[derive(Debug)]
pub(super) struct Records(PathBuf);

impl Workspace {
    /// Asks cargo.
    pub(super) fn find(arguments: &TestArguments) -> Result<Self, Failure> {
        let mut command = cargo(arguments, &["metadata"]);
        command.args(["--format-version", "1", "--no-deps"]);
        command.stdin(Stdio::null()).stderr(Stdio::inherit());
        let failure = |error: String| Failure::Cargo {
            command: "metadata",
            error,
        };
        let output = command
            .output()
            .map_err(|error| failure(error.to_string()))?;
        if !output.status.success() {
            return Err(failure(output.status.to_string()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| failure(error.to_string()))
    }

    pub(super) fn root(&self) -> &Path {
        &self.workspace_root
    }

    /// A folder that nobody else has.
    pub(super) fn folder_for_records(&self) -> Result<Records, Failure> {
        let all = self.target_directory.join("fence-test");
        let failure = |path: &Path, error| Failure::Write {
            path: path.into(),
            error,
        };
        fs::create_dir_all(&all).map_err(|error| failure(&all, error))?;
        let process = std::process::id();
        let mut number = 0;
        loop {
            let path = all.join(format!("{process}-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Records(path)),
                // What a process of that number left behind that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(failure(&path, error)),
            }
        }
    }
}

impl Records {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        // What cannot be removed is in the way of nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the tests, with their output on stderr. Whether they passed.
pub(super) fn test(arguments: &TestArguments, records: &Path) -> Result<bool, Failure> {
    let words: &[&str] = if arguments.nextest {
        &["nextest", "run"]
    } else {
        &["test"]
    };
    let mut command = cargo(arguments, words);
    command.args(&arguments.cargo);
    command.env(VARIABLE, options(records)?);
    command.stdout(Stdio::from(io::stderr()));
    let status = command.status().map_err(|error| Failure::Cargo {
        command: if arguments.nextest { "nextest" } else { "test" },
        error: error.to_string(),
    })?;
    Ok(status.success())
}

/// Cargo itself, which says in the environment of its subcommands where it is.
fn cargo(arguments: &TestArguments, words: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(words);
    if let Some(path) = &arguments.manifest_path {
        command.arg("--manifest-path").arg(path);
    }
    command
}

/// The options of the processes: to write all down, and to go on.
fn options(records: &Path) -> Result<String, Failure> {
    let Some(folder) = records.to_str() else {
        return Err(Failure::Write {
            path: records.into(),
            error: io::Error::other("its name is not UTF-8"),
        });
    };
    let folder = folder.replace('%', "%%").replace('"', "\"\"");
    let file = |extension| {
        let separator = std::path::MAIN_SEPARATOR;
        format!("\"{folder}{separator}%p-%t.{extension}\"")
    };
    let (log, graph) = (file("jsonl"), file("fgraph"));
    Ok(format!(
        "on=report:exitcode=0:log_path={log}:graph_path={graph}"
    ))
}

#[cfg(test)]
mod tests {
    use fence_lockdep::options::Options;

    use super::*;

    #[test]
    fn a_folder_of_any_name_comes_through_the_options() {
        for name in ["plain", "C:\\x", "a\"b:'c", "50%p"] {
            let text = options(Path::new(name)).expect("a name in UTF-8");
            let mut options = Options::default();
            assert_eq!(options.read(&text), [], "{text}");
            let log = options.log_path.expect("a log");
            let expected = Path::new(&name.replace('%', "%%")).join("%p-%t.jsonl");
            assert_eq!(log, expected);
            assert_eq!(options.exit_code, 0);
        }
    }

    #[test]
    fn each_run_has_a_folder_of_its_own_that_goes_away_with_it() {
        let target = std::env::temp_dir().join(format!("cargo-fence-test-{}", std::process::id()));
        let workspace = Workspace {
            workspace_root: PathBuf::new(),
            target_directory: target.clone(),
        };
        let (one, other) = (
            workspace.folder_for_records(),
            workspace.folder_for_records(),
        );
        let (one, other) = (one.expect("a folder"), other.expect("a folder"));
        assert_ne!(one.path(), other.path());
        fs::write(one.path().join("x"), "").expect("a file");
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().exists());
        drop(other);
        fs::remove_dir_all(target).expect("the folder is still there");
    }
}
