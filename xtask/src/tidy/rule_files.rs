//! One rule, one file, one id, one name; and the engine's table lists exactly the rules that have a file.

use std::collections::BTreeMap;

use crate::catalogue::{Catalogue, FOLDER, Listed, RuleFile};
use crate::problem::Problem;

/// The bands of ids: what they begin with.
const BANDS: &[&str] = &["LD0", "DF1", "DF2", "DF3", "CO4", "SU9"];

/// Whether `id` has the form of one: two letters and three digits, in one of the bands.
pub(crate) fn is_id(id: &str) -> bool {
    id.len() == 5
        && BANDS.iter().any(|band| id.starts_with(band))
        && id.bytes().skip(2).all(|byte| byte.is_ascii_digit())
}

/// Whether `name` is kebab-case.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// Complains of ids, names and files that do not fit each other or the engine's table.
pub(crate) fn check(catalogue: &Catalogue, listed: &[Listed<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ids = BTreeMap::new();
    let mut names = BTreeMap::new();
    for rule in &catalogue.rules {
        let mut say =
            |line, message: String| problems.push(Problem::new(&rule.path, line, message));
        let (id, name) = (rule.id.value.as_str(), rule.name.value.as_str());
        if !is_id(id) {
            say(
                rule.id.line.max(1),
                format!("`{id}` is no rule id of the form {}nn", BANDS.join("nn, ")),
            );
        }
        if !is_name(name) {
            say(rule.name.line.max(1), format!("`{name}` is not kebab-case"));
        }
        if name.replace('-', "_") != rule.stem {
            let message = format!("rule `{name}` stands in a file called `{}.rs`", rule.stem);
            say(rule.name.line.max(1), message);
        }
        if let Some(other) = ids.insert(id, &rule.path) {
            say(rule.id.line, format!("id {id} is also that of {other}"));
        }
        if let Some(other) = names.insert(name, &rule.path) {
            say(
                rule.name.line,
                format!("name `{name}` is also that of {other}"),
            );
        }
        if !listed.iter().any(|rule| rule.id == id && rule.name == name) {
            say(1, format!("`{name}` ({id}) is not in `rules::ALL`"));
        }
    }
    problems.extend(table_problems(&catalogue.rules, listed));
    problems
}

fn table_problems(files: &[RuleFile], listed: &[Listed<'_>]) -> Vec<Problem> {
    let table = format!("{FOLDER}mod.rs");
    let mut problems = Vec::new();
    for rule in listed {
        if !files.iter().any(|file| file.name.value == rule.name) {
            let message = format!("`{}` is in `rules::ALL` but has no file", rule.name);
            problems.push(Problem::new(&table, 1, message));
        }
    }
    for pair in listed.windows(2) {
        if (band(pair[0].id), pair[0].id) >= (band(pair[1].id), pair[1].id) {
            let message = format!("{} stands after {} in `rules::ALL`", pair[1].id, pair[0].id);
            problems.push(Problem::new(&table, 1, message));
        }
    }
    problems
}

/// The position of an id's band in the catalogue.
fn band(id: &str) -> usize {
    BANDS
        .iter()
        .position(|band| id.starts_with(band))
        .unwrap_or(BANDS.len())
}

#[cfg(test)]
mod tests {
    use fence_engine::Level;

    use super::*;
    use crate::problem::lines;
    use crate::tree::Tree;

    fn rule(id: &str, name: &str) -> String {
        format!(
            "//! A rule.\nstatic RULE: Rule = Rule {{\n    id: \"{id}\",\n    name: \"{name}\",\n}};\n"
        )
    }

    fn entry<'a>(id: &'a str, name: &'a str) -> Listed<'a> {
        Listed {
            id,
            name,
            level: Level::Error,
        }
    }

    fn found(files: &[(&str, String)], listed: &[Listed<'_>]) -> Vec<String> {
        let files: Vec<(String, &str)> = files
            .iter()
            .map(|(stem, text)| (format!("{FOLDER}{stem}.rs"), text.as_str()))
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), *text))
            .collect();
        lines(&check(&Catalogue::read(&Tree::of(&files)), listed))
    }

    #[test]
    fn a_catalogue_in_order_has_no_problem() {
        let files = [("a_b", rule("LD001", "a-b")), ("c", rule("DF101", "c"))];
        let listed = [entry("LD001", "a-b"), entry("DF101", "c")];
        assert_eq!(found(&files, &listed), [""; 0]);
    }

    #[test]
    fn malformed_ids_and_names_are_found() {
        let files = [("a_b", rule("LD1", "a_b"))];
        let problems = found(&files, &[entry("LD1", "a_b")]);
        assert!(
            problems[0].contains("a_b.rs:3: `LD1` is no rule id"),
            "{problems:?}"
        );
        assert!(
            problems[1].ends_with("a_b.rs:4: `a_b` is not kebab-case"),
            "{problems:?}"
        );
        for id in ["LD101", "XX001", "LD0x1", "LD0011", ""] {
            assert!(!is_id(id), "{id}");
        }
        for name in ["", "-a", "a-", "a--b", "A-b", "1-a"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_file_must_be_named_for_its_rule() {
        let problems = found(&[("c", rule("LD001", "a-b"))], &[entry("LD001", "a-b")]);
        assert_eq!(
            problems,
            ["fence-engine/src/rules/c.rs:4: rule `a-b` stands in a file called `c.rs`"]
        );
    }

    #[test]
    fn two_rules_cannot_share_an_id() {
        let files = [("a", rule("LD001", "a")), ("b", rule("LD001", "b"))];
        let listed = [entry("LD001", "a"), entry("LD001", "b")];
        let problems = found(&files, &listed);
        assert_eq!(
            problems[0],
            "fence-engine/src/rules/b.rs:3: id LD001 is also that of fence-engine/src/rules/a.rs"
        );
    }

    #[test]
    fn the_table_and_the_files_must_agree() {
        let problems = found(
            &[("a", rule("LD001", "a"))],
            &[entry("DF101", "b"), entry("LD002", "c")],
        );
        assert_eq!(
            problems,
            [
                "fence-engine/src/rules/a.rs:1: `a` (LD001) is not in `rules::ALL`",
                "fence-engine/src/rules/mod.rs:1: `b` is in `rules::ALL` but has no file",
                "fence-engine/src/rules/mod.rs:1: `c` is in `rules::ALL` but has no file",
                "fence-engine/src/rules/mod.rs:1: LD002 stands after DF101 in `rules::ALL`",
            ]
        );
    }
}
