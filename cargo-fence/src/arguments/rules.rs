//! `cargo fence rules`.

use clap::{Args, ValueEnum};

/// Lists the rules: id, level, name, and what each finds.
#[derive(Clone, Debug, Args)]
pub(crate) struct RulesArguments {
    /// How the rules are printed.
    ///
    /// Example: cargo fence rules --message-format json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RulesFormat::Human)]
    pub(crate) message_format: RulesFormat,
}

/// A way to print the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// A table.
    Human,
    /// One JSON object a line.
    Json,
}
