//! Options about what is shown and what counts, shared by the commands that find something.

use std::io;

use anstream::AutoStream;
use clap::{Args, ColorChoice, ValueEnum};
use fence_engine::Level;

/// How findings are shown, and which of them make the command fail.
#[derive(Clone, Debug, Args)]
pub(crate) struct Reporting {
    /// How findings are printed.
    ///
    /// `human` is for reading, `splat` is the report of the kernel's own lockdep, `short` is one line a finding, and `json`
    /// is one object a line in a stable form.
    ///
    /// Example: cargo fence replay trace.txt --message-format json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MessageFormat::Human)]
    pub(crate) message_format: MessageFormat,

    /// The lowest level of finding that makes the exit code 1.
    ///
    /// A pattern with `expect` lines does so if its findings are not those it expects, whatever their level. `never` leaves
    /// it at 0 in either case.
    ///
    /// Example: cargo fence replay trace.txt --fail-on error
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Warning)]
    pub(crate) fail_on: FailOn,

    /// When to use colours.
    ///
    /// `auto` does so on a terminal, and heeds `NO_COLOR` and `CLICOLOR_FORCE`.
    ///
    /// Example: cargo fence replay trace.txt --color always
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,

    /// Print findings only: no progress, no closing line, no line for what is as it should be.
    ///
    /// Example: cargo fence replay trace.txt --quiet
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// A way to print findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// The look of rustc, with both sides and an interleaving that hangs.
    Human,
    /// The report that the kernel's lockdep would print.
    Splat,
    /// `file:line:column: level[RULE]: message`.
    Short,
    /// One JSON object a line.
    Json,
}

/// The lowest level that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The level, or nothing if none counts.
    pub(crate) const fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note => Some(Level::Note),
            Self::Never => None,
        }
    }
}

/// Whether to colour what goes to stdout.
pub(crate) fn is_colored(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
