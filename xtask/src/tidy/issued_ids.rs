//! Ids are given once. `docs/rules/ids.txt` lists every id ever given, in the order in which they were, one `ID NAME` a
//! line; a rule that is gone keeps its line with the word `retired` at its end. Lines are only ever added.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::problem::Problem;
use crate::process;
use crate::tree::Tree;

/// Where the list is.
pub(crate) const LIST: &str = "docs/rules/ids.txt";

/// An id that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Issued<'t> {
    /// The id.
    id: &'t str,
    /// The rule it was given to.
    name: &'t str,
    /// Whether that rule is gone.
    retired: bool,
    /// Its line, from 1.
    line: usize,
}

/// The entries of a list, comments and empty lines left out.
fn entries(text: &str) -> impl Iterator<Item = Issued<'_>> {
    text.lines().enumerate().filter_map(|(at, line)| {
        let mut words = line.split('#').next()?.split_whitespace();
        Some(Issued {
            id: words.next()?,
            name: words.next().unwrap_or_default(),
            retired: words.next() == Some("retired"),
            line: at + 1,
        })
    })
}

/// Whether the list has `id`, retired or not.
pub(crate) fn is_issued(list: &str, id: &str) -> bool {
    entries(list).any(|entry| entry.id == id)
}

/// Complains where the list and the rules do not agree.
pub(crate) fn check(tree: &Tree, catalogue: &Catalogue) -> Vec<Problem> {
    let Some(list) = tree.get(LIST) else {
        return vec![Problem::new(
            LIST,
            1,
            "the list of all ids ever given is gone",
        )];
    };
    let mut problems = Vec::new();
    let mut say = |line, message| problems.push(Problem::new(LIST, line, message));
    let mut seen = BTreeMap::new();
    for entry in entries(&list.text) {
        let Issued { id, name, .. } = entry;
        if let Some(first) = seen.insert(id, entry.line) {
            say(
                entry.line,
                format!("{id} was given already, in line {first}"),
            );
        }
        let rule = catalogue.rules.iter().find(|rule| rule.id.value == id);
        match rule {
            Some(rule) if entry.retired => {
                say(
                    entry.line,
                    format!("{id} is retired but {} uses it", rule.path),
                );
            }
            Some(rule) if rule.name.value != name => {
                let message = format!("{id} was given to `{name}` but {} uses it", rule.path);
                say(entry.line, message);
            }
            None if !entry.retired => {
                say(
                    entry.line,
                    format!("no rule is called {id}: add `retired` to its line"),
                );
            }
            _ => {}
        }
    }
    for rule in &catalogue.rules {
        if !seen.contains_key(rule.id.value.as_str()) {
            let message = format!("{} is not in {LIST}: add it at the end", rule.id.value);
            problems.push(Problem::new(&rule.path, rule.id.line, message));
        }
    }
    problems
}

/// Complains where the list lost or changed a line that some commit had. Without git, or in a shallow clone, it knows
/// less and complains of less.
pub(crate) fn check_history(tree: &Tree) -> Vec<Problem> {
    let git = |arguments: &[&str]| {
        let mut git = process::program("git", &tree.root);
        process::output(git.args(arguments)).unwrap_or_default()
    };
    let Some(list) = tree.get(LIST) else {
        return Vec::new();
    };
    let commits = git(&["log", "--format=%h", "--", LIST]);
    let lost = commits.lines().find_map(|commit| {
        let old = git(&["show", &format!("{commit}:{LIST}")]);
        lost(&old, &list.text).map(|id| (commit, id))
    });
    let message = |(commit, id)| {
        format!("the line of {id} differs from that of commit {commit}: lines are only added")
    };
    let problem = |lost| Problem::new(LIST, 1, message(lost));
    lost.map(problem).into_iter().collect()
}

/// The first id of `old` that does not stand in `new` in the same place, for the same rule.
fn lost(old: &str, new: &str) -> Option<String> {
    let mut new = entries(new);
    entries(old)
        .find(|old| {
            !new.next().is_some_and(|new| {
                new.id == old.id && new.name == old.name && (new.retired || !old.retired)
            })
        })
        .map(|old| old.id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FOLDER;
    use crate::problem::lines;

    fn found(list: &str, rules: &[(&str, &str)]) -> Vec<String> {
        let rules: Vec<(String, String)> = rules
            .iter()
            .map(|(id, name)| {
                (
                    format!("{FOLDER}{name}.rs"),
                    format!("static RULE: Rule = Rule {{ id: \"{id}\", name: \"{name}\" }};"),
                )
            })
            .collect();
        let mut files = vec![(LIST, list)];
        files.extend(
            rules
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str())),
        );
        let tree = Tree::of(&files);
        lines(&check(&tree, &Catalogue::read(&tree)))
    }

    #[test]
    fn a_list_that_agrees_with_the_rules_has_no_problem() {
        let list = "# comment\nLD001 a\nLD002 b retired\n\nLD003 c # why\n";
        assert_eq!(found(list, &[("LD001", "a"), ("LD003", "c")]), [""; 0]);
    }

    #[test]
    fn an_id_that_was_never_listed_is_found() {
        assert_eq!(
            found("LD001 a\n", &[("LD001", "a"), ("LD002", "b")]),
            [
                "fence-engine/src/rules/b.rs:1: LD002 is not in docs/rules/ids.txt: add it at the end"
            ]
        );
    }

    #[test]
    fn an_id_given_again_is_found() {
        let again = "docs/rules/ids.txt:2: LD001 was given already, in line 1";
        assert!(found("LD001 a retired\nLD001 b\n", &[("LD001", "b")]).contains(&again.into()));
        assert_eq!(
            found("LD001 a\n", &[("LD001", "b")]),
            [
                "docs/rules/ids.txt:1: LD001 was given to `a` but fence-engine/src/rules/b.rs uses it"
            ]
        );
        assert_eq!(
            found("LD001 a retired\n", &[("LD001", "a")]),
            ["docs/rules/ids.txt:1: LD001 is retired but fence-engine/src/rules/a.rs uses it"]
        );
    }

    #[test]
    fn a_rule_that_is_gone_must_be_retired_and_not_deleted() {
        assert_eq!(
            found("LD001 a\n", &[]),
            ["docs/rules/ids.txt:1: no rule is called LD001: add `retired` to its line"]
        );
        let tree = Tree::of(&[]);
        assert_eq!(check(&tree, &Catalogue::default()).len(), 1);
    }

    #[test]
    fn lines_are_only_added() {
        assert_eq!(lost("LD001 a\n", "# new comment\nLD001 a\nLD002 b\n"), None);
        assert_eq!(lost("LD001 a\n", "LD001 a retired\n"), None);
        assert_eq!(
            lost("LD001 a\nLD002 b\n", "LD001 a\n"),
            Some("LD002".into())
        );
        assert_eq!(lost("LD001 a\n", "LD001 c\n"), Some("LD001".into()));
        assert_eq!(
            lost("LD001 a\n", "LD002 b\nLD001 a\n"),
            Some("LD001".into())
        );
        assert_eq!(lost("LD001 a retired\n", "LD001 a\n"), Some("LD001".into()));
    }
}
