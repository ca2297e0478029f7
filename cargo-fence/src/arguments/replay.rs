//! `cargo fence replay`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use fence_engine::{Config, FenceBegin};

use super::Reporting;

/// Checks what was written down or recorded: deadlock patterns, lock scenarios, kernel traces.
///
/// What a file is, is told by its content: patterns of the `.fence` language; scenarios, a JSON object a line; the text of
/// tracefs `trace` and `trace_pipe`, of `trace-cmd report` and of `perf script`. A line that is not understood is reported
/// and costs its own record only.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReplayArguments {
    /// What to check; `-` is the standard input.
    ///
    /// In a directory every .fence, .jsonl, .txt and .trace file is read, in the order of their names; those among them that
    /// are something else are left out, with a word about it.
    ///
    /// Example: cargo fence replay patterns/ run.jsonl trace.txt
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Whose judgement: the kernel's or a stricter one.
    ///
    /// `kernel` is what the lockdep of Linux 6.12 says, at the same step, and stops at its first complaint. `strict` goes on,
    /// knows waits that are not locks, and lowers cycles behind a gate lock to notes.
    ///
    /// Example: cargo fence replay run.jsonl --profile kernel
    #[arg(long, value_enum, value_name = "PROFILE", default_value_t = ProfileName::Strict)]
    pub(crate) profile: ProfileName,

    /// What `dma_fence_begin_signalling()` is to the lock graph.
    ///
    /// `6.12` is a blocking read acquisition, as in that kernel; `trylock` is a read trylock that succeeded, as in later
    /// ones, so that locks held outside the section do not matter to it. Without this option it is the former in profile
    /// `kernel` and the latter in `strict`.
    ///
    /// Example: cargo fence replay trace.txt --fence-begin 6.12
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) fence_begin: Option<FenceBeginName>,

    /// Where to write the class graph: what was learnt about the order of locks and fences, and where each was seen.
    ///
    /// `cargo fence graph merge` puts the graphs of many runs together. What several files have learnt is in one graph.
    ///
    /// Example: cargo fence replay trace.txt --graph-out monday.fgraph
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) graph_out: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// A profile by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileName {
    /// Exactly what the lockdep of Linux 6.12 reports.
    Kernel,
    /// That, and what lockdep cannot see.
    Strict,
}

/// A kind of `dma_fence_begin_signalling()` by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FenceBeginName {
    /// A blocking read acquisition.
    #[value(name = "6.12")]
    V6_12,
    /// A read trylock that succeeded.
    Trylock,
}

impl ReplayArguments {
    /// The engine's settings.
    pub(crate) fn config(&self) -> Config {
        let base = match self.profile {
            ProfileName::Kernel => Config::KERNEL,
            ProfileName::Strict => Config::STRICT,
        };
        let fence_begin = match self.fence_begin {
            Some(FenceBeginName::V6_12) => FenceBegin::Blocking,
            Some(FenceBeginName::Trylock) => FenceBegin::Trylock,
            None => base.fence_begin,
        };
        Config {
            fence_begin,
            ..base
        }
    }
}
