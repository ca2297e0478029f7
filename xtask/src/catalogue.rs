//! The rule catalogue as it stands in the sources: one rule a file under `fence-engine/src/rules/`.
//!
//! What a rule says of itself at run time comes from [`fence_engine::rules::ALL`]; this is for what only its text shows.

use fence_engine::Level;
use fence_engine::rules::ALL;

use crate::rust_text::{line_of, without_comments};
use crate::tree::{TextFile, Tree};

/// Where the rules are.
pub(crate) const FOLDER: &str = "fence-engine/src/rules/";

/// A rule as the engine lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// The level of its findings.
    pub(crate) level: Level,
}

/// The rules that the engine lists, in its order.
pub(crate) fn listed() -> Vec<Listed<'static>> {
    ALL.iter()
        .map(|rule| Listed {
            id: rule.id,
            name: rule.name,
            level: rule.level,
        })
        .collect()
}

/// A string in a rule's table entry, and its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// What stands between the quotes.
    pub(crate) value: String,
    /// From 1.
    pub(crate) line: usize,
}

/// One rule's file.
#[derive(Clone, Debug)]
pub(crate) struct RuleFile {
    /// Its path.
    pub(crate) path: String,
    /// The file's name without extension.
    pub(crate) stem: String,
    /// `id`, `name` and `template` of its `RULE`.
    pub(crate) id: Field,
    pub(crate) name: Field,
    pub(crate) template: Field,
    /// The comment at its head, without the `//!`.
    pub(crate) manual: Vec<String>,
    /// The names it gives to `.argument(…)`.
    pub(crate) arguments: Vec<Field>,
}

/// All rule files, and what the files beside them share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    /// The rules, by path.
    pub(crate) rules: Vec<RuleFile>,
    /// The arguments given by the files in the folder that are no rules but report for some.
    pub(crate) shared_arguments: Vec<Field>,
}

impl Catalogue {
    /// Reads the rules folder.
    pub(crate) fn read(tree: &Tree) -> Self {
        let mut catalogue = Self::default();
        for file in tree.below(FOLDER).filter(|file| file.has_extension("rs")) {
            let code = without_comments(&file.text);
            if code.contains("static RULE: Rule") {
                catalogue.rules.push(rule_file(file, &code));
            } else {
                catalogue.shared_arguments.extend(arguments(&code));
            }
        }
        catalogue
    }
}

fn rule_file(file: &TextFile, code: &str) -> RuleFile {
    let entry = code.find("static RULE: Rule").unwrap_or_default();
    let field = |name: &str| string_after(code, entry, &format!("{name}:")).unwrap_or_default();
    let manual = file
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned());
    RuleFile {
        path: file.path.clone(),
        stem: file.stem().into(),
        id: field("id"),
        name: field("name"),
        template: field("template"),
        manual: manual.collect(),
        arguments: arguments(code),
    }
}

fn arguments(code: &str) -> Vec<Field> {
    code.match_indices(".argument(")
        .filter_map(|(offset, call)| string_after(code, offset, call))
        .collect()
}

/// The string literal that follows `key`, which is looked for from `start`, with nothing but blanks between.
fn string_after(code: &str, start: usize, key: &str) -> Option<Field> {
    let after = start + code.get(start..)?.find(key)? + key.len();
    let rest = code.get(after..)?;
    let literal = rest.trim_start();
    let offset = after + rest.len() - literal.len();
    let inside = literal.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some(Field {
        value: inside[..end].into(),
        line: line_of(code, offset),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const FILE: &str = "\
//! `some-rule` (LD001): finds something
//!
//! ## What it finds

// id: \"no\"
pub static RULE: Rule = Rule {
    id: \"LD001\",
    name: \"some-rule\",
    template: \"`{lock}` is \\\"bad\\\"\",
};

fn report() {
    Draft::new()
        .argument(
            \"lock\",
            label,
        );
}
";

    #[test]
    fn a_rules_file_gives_its_entry_its_manual_and_its_arguments() {
        let tree = Tree::of(&[
            ("fence-engine/src/rules/some_rule.rs", FILE),
            (
                "fence-engine/src/rules/shared.rs",
                "x.argument(\"cycle\", y)",
            ),
            ("fence-engine/src/rules/mod.rs", "mod shared;"),
        ]);
        let catalogue = Catalogue::read(&tree);
        assert_eq!(catalogue.rules.len(), 1);
        let rule = &catalogue.rules[0];
        let field = |value: &str, line| Field {
            value: value.into(),
            line,
        };
        assert_eq!(rule.id, field("LD001", 7));
        assert_eq!(rule.name, field("some-rule", 8));
        assert_eq!(rule.template, field("`{lock}` is \\\"bad\\\"", 9));
        assert_eq!(rule.arguments, [field("lock", 15)]);
        assert_eq!(rule.manual[2], "## What it finds");
        assert_eq!(catalogue.shared_arguments, [field("cycle", 1)]);
    }
}
