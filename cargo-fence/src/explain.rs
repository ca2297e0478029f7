//! `cargo fence explain`: manual pages of rules.

mod nearest;

use std::fmt::Write as _;

use clap::builder::styling::Style;
use fence_engine::{Rule, rules};

use crate::arguments::{ExplainArguments, is_colored};
use crate::console::Console;
use crate::exit_code;
use crate::failure::Failure;

/// Prints the pages asked for, or none of them if there is a rule that does not exist.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let chosen: Vec<&Rule> = if arguments.all {
        rules::ALL.to_vec()
    } else {
        arguments
            .rules
            .iter()
            .map(|name| find(name))
            .collect::<Result<_, _>>()?
    };
    let color = is_colored(arguments.color);
    let mut console = Console::new();
    for (at, rule) in chosen.into_iter().enumerate() {
        if at > 0 {
            console.print("\n\n");
        }
        console.print(&page(rule, color));
    }
    console.finish()?;
    Ok(exit_code::CLEAN)
}

/// The rule with this id or name, in whatever case.
fn find(name: &str) -> Result<&'static Rule, Failure> {
    let rule = rules::find(name)
        .or_else(|| rules::find(&name.to_lowercase()))
        .or_else(|| rules::find(&name.to_uppercase()));
    rule.ok_or_else(|| Failure::UnknownRule {
        name: name.into(),
        nearest: nearest::rules_like(name),
    })
}

/// The manual in Markdown, with its headings in bold where there is colour.
fn page(rule: &Rule, color: bool) -> String {
    let strong = if color {
        Style::new().bold()
    } else {
        Style::new()
    };
    let mut page = format!("{strong}# {} {}{strong:#}\n\n", rule.id, rule.name);
    for line in rule.manual().lines() {
        // Writing to a string cannot fail.
        let _ = if line.starts_with("## ") {
            writeln!(page, "{strong}{line}{strong:#}")
        } else {
            writeln!(page, "{line}")
        };
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_id_or_name_in_any_case() {
        for name in [
            "DF104",
            "df104",
            "reclaim-in-signalling",
            "Reclaim-In-Signalling",
        ] {
            assert_eq!(find(name).map(|rule| rule.id).ok(), Some("DF104"), "{name}");
        }
    }

    #[test]
    fn every_page_is_plain_text_without_colour_and_the_same_text_with_it() {
        for rule in rules::ALL {
            let plain = page(rule, false);
            assert!(!plain.contains('\u{1b}'), "{}", rule.id);
            assert!(plain.contains("\n## Why it deadlocks\n"), "{}", rule.id);
            assert_eq!(
                anstream::adapter::strip_str(&page(rule, true)).to_string(),
                plain
            );
        }
    }
}
