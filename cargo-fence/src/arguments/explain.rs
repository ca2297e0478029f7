//! `cargo fence explain`.

use clap::{Args, ColorChoice};

/// Prints the manual page of a rule: what it finds, why that deadlocks, an example, what to do instead.
#[derive(Clone, Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule, by id or by name.
    ///
    /// Example: cargo fence explain DF104 lock-order-cycle
    #[arg(
        required_unless_present = "all",
        conflicts_with = "all",
        value_name = "RULE"
    )]
    pub(crate) rules: Vec<String>,

    /// Print the pages of all rules.
    ///
    /// Example: cargo fence explain --all
    #[arg(long)]
    pub(crate) all: bool,

    /// When to use colours.
    ///
    /// `auto` does so on a terminal, and heeds `NO_COLOR` and `CLICOLOR_FORCE`.
    ///
    /// Example: cargo fence explain DF104 --color never
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
}
