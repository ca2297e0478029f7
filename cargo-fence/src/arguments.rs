//! The words of the command line, as clap reads them; their comments are the text of `--help`.
//!
//! Nothing is done here. Every option's help ends with an example, which a test below insists on.

mod explain;
mod graph;
mod replay;
mod reporting;
mod rules;
mod test;

use clap::{Parser, Subcommand};

pub(crate) use explain::ExplainArguments;
pub(crate) use graph::{GraphArguments, GraphCommand, MergeArguments};
pub(crate) use replay::{ProfileName, ReplayArguments};
pub(crate) use reporting::{FailOn, MessageFormat, Reporting, is_colored};
pub(crate) use rules::{RulesArguments, RulesFormat};
pub(crate) use test::TestArguments;

const AFTER: &str = "\
Exit codes:
  0  clean
  1  findings at or above --fail-on, or a pattern whose findings are not those it expects
  2  wrong usage, or something that could not be read or written
  3  nothing to check
  101  nothing found, but the tests that `test` was to run failed

Examples:
  cargo fence replay deadlock.fence
  cargo fence replay trace.txt --message-format json
  cargo fence test
  cargo fence explain DF104";

/// Finds deadlocks around locks and DMA fences before they hang.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-fence",
    bin_name = "cargo fence",
    version,
    after_help = AFTER,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Replay(ReplayArguments),
    Test(TestArguments),
    Explain(ExplainArguments),
    Rules(RulesArguments),
    Graph(GraphArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Every command, by the words that call it.
    fn all(command: &clap::Command, words: &str) -> Vec<(String, clap::Command)> {
        let mut found = vec![(words.to_owned(), command.clone())];
        for inner in command.get_subcommands() {
            found.extend(all(inner, &format!("{words} {}", inner.get_name())));
        }
        found
    }

    #[test]
    fn the_definition_is_one_that_clap_accepts() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_and_argument_is_explained_with_an_example_that_parses() {
        let mut wrong = Vec::new();
        for (words, command) in all(&Arguments::command(), "cargo fence") {
            for argument in command
                .get_arguments()
                .filter(|argument| argument.get_id() != "help" && argument.get_id() != "version")
            {
                let help = argument
                    .get_long_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let Some((_, example)) = help.rsplit_once("Example: ") else {
                    wrong.push(format!("{words}: {} has no example", argument.get_id()));
                    continue;
                };
                let parsed = Arguments::try_parse_from(example.split_whitespace().skip(1));
                if let Err(error) = parsed {
                    wrong.push(format!(
                        "{words}: the example of {} does not parse: {error}",
                        argument.get_id()
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
