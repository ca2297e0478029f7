//! From the words of the command line to the command that is meant, and from its end to an exit code.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::{exit_code, explain, graph, replay, rules, test};

/// Runs the command line and gives the [exit code](exit_code).
///
/// The first of `arguments` is the program's name; a second one that is `fence` is what cargo adds, and is skipped.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let code = match Arguments::try_parse_from(without_cargo(arguments)) {
        Ok(arguments) => dispatch(&arguments.command).unwrap_or_else(|failure| {
            // Nobody is left to be told that stderr is closed.
            let _ = writeln!(anstream::stderr(), "error: {failure}");
            exit_code::FAILURE
        }),
        Err(error) => {
            let _ = error.print();
            if error.use_stderr() {
                exit_code::FAILURE
            } else {
                exit_code::CLEAN
            }
        }
    };
    ExitCode::from(code)
}

fn without_cargo(arguments: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let from_cargo = |(at, word): &(usize, OsString)| *at == 1 && word == "fence";
    let words = arguments.into_iter().enumerate();
    words
        .filter(move |word| !from_cargo(word))
        .map(|(_, word)| word)
}

fn dispatch(command: &Command) -> Result<u8, Failure> {
    match command {
        Command::Replay(arguments) => replay::run(arguments),
        Command::Test(arguments) => test::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Graph(arguments) => graph::run(arguments),
    }
}
