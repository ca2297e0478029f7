//! `cargo xtask generate`: the pages under `docs/rules/`, written from the engine's rule catalogue.
//!
//! Everything on them comes from [`Rule`] and its manual; a page is never edited by hand.

use std::fmt::Write;

use fence_engine::Rule;
use fence_engine::rules::ALL;

use crate::failure::Failure;
use crate::problem::Problem;
use crate::tree::{self, TextFile, Tree};

const FOLDER: &str = "docs/rules/";

const MARK: &str =
    "<!-- Written by `cargo xtask generate` from the rule's source file. Do not edit. -->";

/// What the ids of each band are about.
const BANDS: &[(&str, &str)] = &[
    ("LD0", "Lock rules, as lockdep"),
    ("DF1", "Signalling sections"),
    ("DF2", "Life of a fence"),
    ("DF3", "Reservations and dma-buf"),
    ("CO4", "Coherency"),
    ("SU9", "Suppressions"),
];

/// Writes the pages, or with `check` only says which are not up to date.
pub(crate) fn run(tree: &Tree, check: bool) -> Result<(), Failure> {
    let pages = pages(ALL);
    if check {
        let stale = stale(tree, &pages);
        for problem in &stale {
            println!("{problem}");
        }
        return if stale.is_empty() {
            Ok(())
        } else {
            Err(Failure::Found)
        };
    }
    for page in &pages {
        if tree.get(&page.path) != Some(page) {
            tree::write(&tree.root, &page.path, &page.text)?;
            println!("wrote {}", page.path);
        }
    }
    for stray in strays(tree, &pages) {
        let path = tree.root.join(&stray.path);
        std::fs::remove_file(&path).map_err(|source| Failure::File { path, source })?;
        println!("removed {}", stray.path);
    }
    Ok(())
}

/// The generated files that are missing, out of date or of no rule.
pub(crate) fn stale(tree: &Tree, pages: &[TextFile]) -> Vec<Problem> {
    let old = pages
        .iter()
        .filter(|page| tree.get(&page.path) != Some(page))
        .map(|page| Problem::new(&page.path, 1, "not up to date: run `cargo xtask generate`"));
    let stray = strays(tree, pages)
        .map(|file| Problem::new(&file.path, 1, "of no rule: run `cargo xtask generate`"));
    old.chain(stray).collect()
}

/// Pages that were written once, for rules that are gone or have another name now.
fn strays<'t>(tree: &'t Tree, pages: &'t [TextFile]) -> impl Iterator<Item = &'t TextFile> {
    tree.below(FOLDER)
        .filter(|file| file.text.starts_with(MARK))
        .filter(|file| !pages.iter().any(|page| page.path == file.path))
}

/// All pages: the index and one for each rule.
pub(crate) fn pages(rules: &[&Rule]) -> Vec<TextFile> {
    let mut pages = vec![TextFile {
        path: format!("{FOLDER}README.md"),
        text: index(rules),
    }];
    pages.extend(rules.iter().map(|rule| TextFile {
        path: format!("{FOLDER}{}", file_name(rule)),
        text: page(rule),
    }));
    pages
}

fn file_name(rule: &Rule) -> String {
    format!("{}-{}.md", rule.id, rule.name)
}

fn index(rules: &[&Rule]) -> String {
    let mut text = format!(
        "{MARK}\n\n# The rules\n\n\
         {} rules. `cargo fence explain RULE` prints the page of one. A rule's level is that of its findings unless a\n\
         finding says otherwise: `error` is a deadlock or a broken contract that leads to one, `warning` a broken contract,\n\
         `note` a missing annotation, a cycle behind a gate lock or a matter of taste. Ids are never reused.\n",
        rules.len()
    );
    for (band, about) in BANDS {
        let mut rules = rules
            .iter()
            .filter(|rule| rule.id.starts_with(band))
            .peekable();
        if rules.peek().is_none() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {about} ({band}xx)\n\n| id | name | level | finds |\n|---|---|---|---|\n"
        );
        for rule in rules {
            let _ = writeln!(
                text,
                "| [{}]({}) | `{}` | {} | {} |",
                rule.id,
                file_name(rule),
                rule.name,
                rule.level,
                rule.summary.replace('|', "\\|")
            );
        }
    }
    text
}

fn page(rule: &Rule) -> String {
    let Rule {
        id, name, level, ..
    } = rule;
    let manual = rule.manual();
    // The first paragraph is the title, which the page has already.
    let body = manual.split_once("\n\n").map_or("", |(_, body)| body);
    format!(
        "{MARK}\n\n# `{name}` ({id})\n\n{}\n\n\
         * level: {level}\n\
         * message: {}\n\
         * code in which it fires, and the same code repaired: [tests/patterns/{name}/](../../tests/patterns/{name}/)\n\n\
         {}\n",
        sentence(rule.summary),
        code_span(rule.template),
        body.trim(),
    )
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut rest = clause.trim_end_matches('.').chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).chain(['.']).collect()
}

/// Text as a code span, whatever backticks are in it.
fn code_span(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree_of(pages: &[TextFile]) -> Tree {
        let files: Vec<(&str, &str)> = pages
            .iter()
            .map(|page| (page.path.as_str(), page.text.as_str()))
            .collect();
        Tree::of(&files)
    }

    fn shown(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn pages_just_written_are_up_to_date() {
        let pages = pages(ALL);
        assert_eq!(pages.len(), ALL.len() + 1);
        assert_eq!(shown(&stale(&tree_of(&pages), &pages)), [""; 0]);
    }

    #[test]
    fn an_edited_a_missing_and_a_stray_page_are_found() {
        let pages = pages(&ALL[..2]);
        let mut old = pages.clone();
        old[0].text.push_str("edited\n");
        old[2].path = format!("{FOLDER}LD999-renamed.md");
        old.push(TextFile {
            path: format!("{FOLDER}by-hand.md"),
            text: "not generated".into(),
        });
        let wrong = [
            "docs/rules/README.md:1: not up to date: run `cargo xtask generate`".to_owned(),
            format!(
                "{}:1: not up to date: run `cargo xtask generate`",
                pages[2].path
            ),
            "docs/rules/LD999-renamed.md:1: of no rule: run `cargo xtask generate`".to_owned(),
        ];
        assert_eq!(shown(&stale(&tree_of(&old), &pages)), wrong);
    }

    #[test]
    fn the_index_lists_every_rule_once() {
        let index = index(ALL);
        for rule in ALL {
            assert_eq!(
                index.matches(&format!("[{}]", rule.id)).count(),
                1,
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn a_page_has_the_manual_below_a_title_of_its_own() {
        let rule = ALL[0];
        let page = page(rule);
        let title = format!("# `{}` ({})", rule.name, rule.id);
        assert!(page.contains(&title));
        assert!(page.contains("\n## What it finds\n"));
        let title_of_manual = format!("`{}` ({}): ", rule.name, rule.id);
        assert!(rule.manual().starts_with(&title_of_manual));
        assert!(!page.contains(&title_of_manual));
    }

    #[test]
    fn a_clause_becomes_a_sentence() {
        assert_eq!(sentence("a lock is taken"), "A lock is taken.");
        assert_eq!(sentence("It hangs."), "It hangs.");
    }

    #[test]
    fn a_code_span_holds_backticks() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("`a` b"), "`` `a` b ``");
    }
}
