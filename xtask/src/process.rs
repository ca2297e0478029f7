//! Other programs: cargo, rustc and git, started from the workspace root.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// The cargo that runs us.
pub(crate) fn cargo(root: &Path) -> Command {
    program(
        &std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()),
        root,
    )
}

/// The rustc that cargo uses.
pub(crate) fn rustc(root: &Path) -> Command {
    program(
        &std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()),
        root,
    )
}

/// Any program, run in the workspace root.
pub(crate) fn program(name: &str, root: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root);
    command
}

/// Runs a program whose output its user should see.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|source| Failure::Start {
        command: shown(command),
        source,
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Program {
        command: shown(command),
        said: String::new(),
    })
}

/// Runs a program for what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|source| Failure::Start {
        command: shown(command),
        source,
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failure::Program {
        command: shown(command),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
