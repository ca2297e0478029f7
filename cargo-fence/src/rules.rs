//! `cargo fence rules`: the catalogue as a list.

use fence_engine::rules::ALL;
use fence_report::json::{self, v1};
use serde::Serialize;

use crate::arguments::{RulesArguments, RulesFormat};
use crate::console::Console;
use crate::exit_code;
use crate::failure::Failure;

/// Prints every rule on a line of its own.
pub(crate) fn run(arguments: &RulesArguments) -> Result<u8, Failure> {
    let mut console = Console::new();
    let width = ALL.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in ALL {
        console.print(&match arguments.message_format {
            RulesFormat::Human => {
                let (id, level, name) = (rule.id, rule.level.as_str(), rule.name);
                format!("{id}  {level:7}  {name:width$}  {}\n", rule.summary)
            }
            RulesFormat::Json => json::line(&RuleRecord {
                rule: rule.id,
                name: rule.name,
                level: rule.level.as_str(),
                summary: rule.summary,
            }),
        });
    }
    console.finish()?;
    Ok(exit_code::CLEAN)
}

/// A line of type `rule`; `rule`, `name` and `level` are as in a finding.
#[derive(Serialize)]
struct RuleRecord {
    rule: &'static str,
    name: &'static str,
    level: &'static str,
    summary: &'static str,
}

impl v1::Record for RuleRecord {
    const TYPE: &'static str = "rule";
}
