//! The comment at the head of a rule's file is its manual page: a title and six sections, none of them empty.

use crate::catalogue::{Catalogue, RuleFile};
use crate::problem::Problem;

/// The sections, in their order.
pub(crate) const SECTIONS: &[&str] = &[
    "## What it finds",
    "## Why it deadlocks",
    "## Example",
    "## Use instead",
    "## Seen by",
    "## References",
];

/// Complains of each manual that lacks something.
pub(crate) fn check(catalogue: &Catalogue) -> Vec<Problem> {
    catalogue.rules.iter().flat_map(manual_problems).collect()
}

fn manual_problems(rule: &RuleFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |line, message| problems.push(Problem::new(&rule.path, line, message));
    let title = format!("`{}` ({}): ", rule.name.value, rule.id.value);
    if !rule
        .manual
        .first()
        .is_some_and(|line| line.starts_with(&title))
    {
        say(1, format!("the manual's first line is not `` {title}…``"));
    }
    let headings = headings(&rule.manual);
    for heading in SECTIONS {
        match headings.iter().find(|(_, found)| found == heading) {
            None => say(1, format!("the manual has no section `{heading}`")),
            Some(&(at, _)) if section_is_empty(&rule.manual, at) => {
                say(at + 1, format!("nothing is said under `{heading}`"));
            }
            Some(_) => {}
        }
    }
    let known: Vec<usize> = headings
        .iter()
        .filter_map(|(_, heading)| SECTIONS.iter().position(|section| section == heading))
        .collect();
    if !known.is_sorted_by(|a, b| a < b) {
        let message = format!(
            "the manual's sections are not, once each, {}",
            SECTIONS.join(", ")
        );
        say(1, message);
    }
    problems
}

/// The second-level headings, each with its index; those in code blocks are none.
fn headings(manual: &[String]) -> Vec<(usize, &str)> {
    let mut in_code = false;
    manual
        .iter()
        .enumerate()
        .filter_map(|(at, line)| {
            in_code ^= line.trim_start().starts_with("```");
            (!in_code && line.starts_with("## ")).then_some((at, line.trim_end()))
        })
        .collect()
}

fn section_is_empty(manual: &[String], heading: usize) -> bool {
    !manual[heading + 1..]
        .iter()
        .take_while(|line| !line.starts_with("## "))
        .any(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Field;
    use crate::problem::lines;

    fn rule(manual: &str) -> Catalogue {
        let field = |value: &str| Field {
            value: value.into(),
            line: 1,
        };
        let rule = RuleFile {
            path: "a.rs".into(),
            stem: "a".into(),
            id: field("LD001"),
            name: field("a"),
            template: field(""),
            manual: manual.lines().map(str::to_owned).collect(),
            arguments: Vec::new(),
        };
        Catalogue {
            rules: vec![rule],
            shared_arguments: Vec::new(),
        }
    }

    fn good() -> String {
        let sections: Vec<_> = SECTIONS
            .iter()
            .map(|section| format!("{section}\n\nText.\n"))
            .collect();
        format!("`a` (LD001): finds a\n\n{}", sections.join("\n"))
    }

    #[test]
    fn a_whole_manual_has_no_problem() {
        assert_eq!(lines(&check(&rule(&good()))), [""; 0]);
    }

    #[test]
    fn a_missing_an_empty_and_a_misplaced_section_are_found() {
        let missing = good().replace("## Seen by\n\nText.\n", "");
        assert_eq!(
            lines(&check(&rule(&missing))),
            ["a.rs:1: the manual has no section `## Seen by`"]
        );
        let empty = good().replace("## What it finds\n\nText.", "## What it finds\n");
        assert_eq!(
            lines(&check(&rule(&empty))),
            ["a.rs:3: nothing is said under `## What it finds`"]
        );
        let swapped = good()
            .replace("## Example", "## X")
            .replace("## Use instead", "## Example")
            .replace("## X", "## Use instead");
        assert_eq!(check(&rule(&swapped)).len(), 1);
    }

    #[test]
    fn a_heading_in_a_code_block_is_no_section() {
        let hidden = good().replace("## References", "```text\n## References\n```");
        assert_eq!(
            lines(&check(&rule(&hidden))),
            ["a.rs:1: the manual has no section `## References`"]
        );
    }

    #[test]
    fn the_title_names_the_rule() {
        let other = good().replace("(LD001)", "(LD002)");
        assert_eq!(
            lines(&check(&rule(&other))),
            ["a.rs:1: the manual's first line is not `` `a` (LD001): …``"]
        );
    }
}
