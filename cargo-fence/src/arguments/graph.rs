//! `cargo fence graph`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::Reporting;

/// Works with class graphs: what runs have learnt about the order of locks and fences.
///
/// `cargo fence replay --graph-out` writes them. Wherever one is read, the kernel's own findings will do as well: a log with
/// lockdep reports, or `/proc/lockdep` and `/proc/lockdep_chains`.
#[derive(Clone, Debug, Args)]
pub(crate) struct GraphArguments {
    #[command(subcommand)]
    pub(crate) command: GraphCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum GraphCommand {
    Merge(MergeArguments),
    Show(ShowArguments),
    Stats(StatsArguments),
    Dot(DotArguments),
}

/// Puts graphs together and reports the deadlocks that none of them has by itself.
#[derive(Clone, Debug, Args)]
pub(crate) struct MergeArguments {
    /// The graphs; `-` is the standard input.
    ///
    /// In a directory every .fgraph file is read.
    ///
    /// Example: cargo fence graph merge monday.fgraph tuesday.fgraph
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Where to write the graph that has everything.
    ///
    /// It may be one of the graphs that are read.
    ///
    /// Example: cargo fence graph merge runs/ -o all.fgraph
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Report also what a single graph has by itself.
    ///
    /// Example: cargo fence graph merge --all dmesg.txt
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// Prints a graph: each class with its usage, its dependencies, and where they were seen.
#[derive(Clone, Debug, Args)]
pub(crate) struct ShowArguments {
    /// The graph; `-` is the standard input.
    ///
    /// Example: cargo fence graph show all.fgraph
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// Prints how many classes, dependencies and places a graph has.
#[derive(Clone, Debug, Args)]
pub(crate) struct StatsArguments {
    /// The graph; `-` is the standard input.
    ///
    /// Example: cargo fence graph stats all.fgraph
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// Prints a graph in the language of Graphviz, with what lies on a circle in red.
#[derive(Clone, Debug, Args)]
pub(crate) struct DotArguments {
    /// The graph; `-` is the standard input.
    ///
    /// Example: cargo fence graph dot all.fgraph
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}
