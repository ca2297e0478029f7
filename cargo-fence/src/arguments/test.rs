//! `cargo fence test`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Reporting;

/// Runs tests, and reports what the checked locks of all their processes have seen, each and together.
///
/// Every process of the tests that uses locks of `fence-lockdep` writes down its findings and its class graph. Once all have
/// ended, what they found is reported once each, and so are the deadlocks that no single process shows: one test takes two
/// locks in one order, another one in the other. What the tests print goes to stderr, findings go to stdout.
///
/// The options in `FENCE_LOCKDEP_OPTIONS` do not count here, but for its `suppressions`: no process panics or ends otherwise
/// because of a finding. If nothing was found and the tests themselves failed the exit code is 101.
#[derive(Clone, Debug, Args)]
pub(crate) struct TestArguments {
    /// Run the tests with `cargo nextest run`, each in a process of its own.
    ///
    /// Example: cargo fence test --nextest
    #[arg(long)]
    pub(crate) nextest: bool,

    /// Where to write the class graph of all processes together.
    ///
    /// `cargo fence graph merge` puts it together with those of other machines.
    ///
    /// Example: cargo fence test --graph-out all.fgraph
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) graph_out: Option<PathBuf>,

    /// Findings that are known and let be: `rule:pattern # reason`, one a line.
    ///
    /// The pattern is for a file, `file:line`, `file:line:column`, a function or a class; `*` stands for any characters. Without
    /// this option it is the file that `suppressions` names in `FENCE_LOCKDEP_OPTIONS`.
    ///
    /// Example: cargo fence test --suppressions fence.supp
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) suppressions: Option<PathBuf>,

    /// The package or workspace to test, as cargo has it.
    ///
    /// Example: cargo fence test --manifest-path driver/Cargo.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest_path: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,

    /// What `cargo test`, or `cargo nextest run`, is to be told.
    ///
    /// Example: cargo fence test -- --package mygpu --test submit -- --nocapture
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub(crate) cargo: Vec<OsString>,
}
