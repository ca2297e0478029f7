//! `cargo xtask new-rule ID NAME`: the files that a rule begins with, and what is to be done next.
//!
//! What it writes does not pass `cargo xtask tidy` as it stands: the manual's sections are empty and the patterns do
//! nothing. Filling them in is the work.

use crate::catalogue::FOLDER as RULES;
use crate::failure::Failure;
use crate::tidy::{ID_LIST, PATTERNS, is_id, is_issued, is_name};
use crate::tree::{self, TextFile, Tree};

const RULE: &str = include_str!("new_rule/rule.rs.in");
const PATTERN: &str = include_str!("new_rule/pattern.fence.in");

/// Writes the files and prints what is left to do.
pub(crate) fn run(tree: &Tree, id: &str, name: &str) -> Result<(), Failure> {
    for file in scaffold(tree, id, name)? {
        tree::write(&tree.root, &file.path, &file.text)?;
        println!("wrote {}", file.path);
    }
    println!("{}", next_steps(name));
    Ok(())
}

/// The files of a new rule, as they should be written.
fn scaffold(tree: &Tree, id: &str, name: &str) -> Result<Vec<TextFile>, Failure> {
    let refused = |why: String| Err(Failure::Refused(why));
    if !is_id(id) {
        return refused(format!(
            "`{id}` is no rule id: two letters and three digits, such as DF118"
        ));
    }
    if !is_name(name) {
        return refused(format!("`{name}` is not kebab-case"));
    }
    let list = tree.get(ID_LIST).map_or("", |list| list.text.as_str());
    if is_issued(list, id) {
        return refused(format!(
            "{id} was given before, see {ID_LIST}: ids are never reused"
        ));
    }
    let rule = format!("{RULES}{}.rs", name.replace('-', "_"));
    let pattern = format!("{PATTERNS}{name}/first-case.fence");
    if let Some(there) = [&rule, &pattern]
        .into_iter()
        .find(|path| tree.get(path).is_some())
    {
        return refused(format!("{there} is there already"));
    }
    let fill = |template: &str| {
        template
            .replace("@ID@", id)
            .replace("@NAME@", name)
            .replace("@MODULE@", &name.replace('-', "_"))
    };
    let file = |path: String, text| TextFile { path, text };
    Ok(vec![
        file(rule, fill(RULE)),
        file(pattern, fill(PATTERN)),
        file(ID_LIST.into(), format!("{list}{id} {name}\n")),
    ])
}

fn next_steps(name: &str) -> String {
    let module = name.replace('-', "_");
    format!(
        "next:
  1. {RULES}mod.rs: add `pub(crate) mod {module};`, and `&{module}::RULE` to `ALL`, by id
  2. {RULES}{module}.rs: summary, message, manual, and what makes the finding
  3. call its `report` where the engine learns of it
  4. {PATTERNS}{name}/: a case that hangs and the same case repaired; list it in {PATTERNS}README.md
  5. cargo xtask generate && cargo xtask tidy && cargo test --workspace
  6. CHANGELOG.md: a line under Unreleased"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(tree: &Tree, id: &str, name: &str) -> String {
        scaffold(tree, id, name)
            .expect_err("it must be refused")
            .to_string()
    }

    #[test]
    fn a_new_rule_gets_a_file_a_pattern_and_the_last_line_of_the_list() {
        let tree = Tree::of(&[(ID_LIST, "LD001 a\n")]);
        let files = scaffold(&tree, "DF118", "late-begin").expect("a scaffold");
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "fence-engine/src/rules/late_begin.rs",
                "tests/patterns/late-begin/first-case.fence",
                "docs/rules/ids.txt",
            ]
        );
        assert_eq!(files[2].text, "LD001 a\nDF118 late-begin\n");
        for file in &files {
            assert!(!file.text.contains('@'), "{}", file.text);
        }
        assert!(files[0].text.contains("include_str!(\"late_begin.rs\")"));
    }

    #[test]
    fn what_is_scaffolded_asks_to_be_filled_in() {
        let tree = Tree::of(&[]);
        let files = scaffold(&tree, "DF118", "late-begin").expect("a scaffold");
        let files: Vec<_> = files
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_str()))
            .collect();
        let tree = Tree::of(&files);
        let problems = crate::tidy::problems(&tree);
        let says = |what: &str| {
            problems
                .iter()
                .any(|problem| problem.to_string().contains(what))
        };
        assert!(says("nothing is said under `## Why it deadlocks`"));
        assert!(says("is not in `rules::ALL`"));
        assert!(!says("late-begin.rs:1: starts with no"));
        assert!(!says("ids.txt"));
    }

    #[test]
    fn ids_and_names_that_cannot_be_given_are_refused() {
        let tree = Tree::of(&[
            (ID_LIST, "LD001 a retired\n"),
            ("fence-engine/src/rules/b_c.rs", ""),
        ]);
        assert!(refusal(&tree, "LD1", "x").contains("no rule id"));
        assert!(refusal(&tree, "LD002", "X").contains("not kebab-case"));
        assert!(refusal(&tree, "LD001", "x").contains("never reused"));
        assert!(refusal(&tree, "LD002", "b-c").contains("is there already"));
    }
}
