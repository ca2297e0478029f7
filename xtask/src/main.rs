//! What a contributor needs besides cargo itself: `cargo xtask COMMAND`.
//!
//! This file is the command line and nothing else; each command has a file of its name. Exit codes: 0 all is well,
//! 1 something was found wrong, 2 the command could not do its work.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks to its user"
)]
#![forbid(unsafe_code)]

mod bench;
mod catalogue;
mod compiled_out;
mod failure;
mod generate;
mod new_rule;
mod no_std;
mod problem;
mod process;
mod rust_text;
mod spec;
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::tree::Tree;

/// Chores of the fence workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the rules of the house: file heads, module names, rule catalogue, patterns, generated files
    Tidy,
    /// Write the files that come from code: docs/rules/
    Generate {
        /// Write nothing; fail if a file is not up to date
        #[arg(long)]
        check: bool,
    },
    /// Show which rows of docs/spec/ a test names
    Spec,
    /// Build the engine without std
    NoStd,
    /// Compare the code of checked locks without the checker with that of plain ones
    CompiledOut,
    /// Start a rule: its file, a pattern and its line in docs/rules/ids.txt
    NewRule {
        /// Two letters and three digits, never given before, such as DF118
        id: String,
        /// Kebab-case, reads well after the word "allow"
        name: String,
    },
    /// Run a benchmark of the package fence-bench, built for release; without NAME, list them
    Bench {
        /// The benchmark
        name: Option<String>,
        /// Passed on to it, such as --json
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let tree = || Tree::load(&tree::root());
    let outcome = match arguments.command {
        Command::Tidy => tree().and_then(|tree| tidy::run(&tree)),
        Command::Generate { check } => tree().and_then(|tree| generate::run(&tree, check)),
        Command::Spec => tree().map(|tree| spec::run(&tree)),
        Command::NoStd => no_std::run(&tree::root()),
        Command::CompiledOut => compiled_out::run(&tree::root()),
        Command::NewRule { id, name } => tree().and_then(|tree| new_rule::run(&tree, &id, &name)),
        Command::Bench { name, flags } => bench::run(&tree::root(), name.as_deref(), &flags),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Found) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}
