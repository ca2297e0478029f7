//! `lib.rs` and `mod.rs` declare, document and re-export; functions live in files named for their subject.

use crate::problem::Problem;
use crate::rust_text::{is_name_byte, line_of, only_code};
use crate::tree::Tree;

/// Functions that may stand there, with their files.
const ALLOWED: &[(&str, &str)] = &[
    // The catalogue is a table of the modules declared beside it, and this looks into the table.
    ("fence-engine/src/rules/mod.rs", "find"),
    // The compiler wants the entrance of a macro at the root of its crate.
    ("fence-macros/src/lib.rs", "test"),
];

/// Complains of each function in such a file.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("rs") {
        if !matches!(file.name(), "lib.rs" | "mod.rs") {
            continue;
        }
        let code = only_code(&file.text);
        for (offset, name) in functions(&code) {
            if !ALLOWED.contains(&(&file.path, name)) {
                let message =
                    format!("`fn {name}` in a file that only declares, documents and re-exports");
                problems.push(Problem::new(&file.path, line_of(&code, offset), message));
            }
        }
    }
    problems
}

/// The functions of some code, each with the offset of its `fn`. A type such as `fn(u8)` has no name and is none.
fn functions(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices("fn").filter_map(|(offset, word)| {
        let before = code[..offset].bytes().next_back();
        let after = &code[offset + word.len()..];
        let name = after.trim_start();
        let spaced = name.len() < after.len();
        let end = name
            .bytes()
            .position(|byte| !is_name_byte(byte))
            .unwrap_or(name.len());
        let is_function = spaced && end > 0 && !before.is_some_and(is_name_byte);
        is_function.then(|| (offset, &name[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_function_in_lib_rs_or_mod_rs_is_found() {
        let text = "//! ```\n//! fn example() {}\n//! ```\nmod a;\npub use a::fn_name;\ntype F = fn(u8);\n\npub fn stray() {}\n";
        let tree = Tree::of(&[
            ("x/src/lib.rs", text),
            ("x/src/a/mod.rs", "pub(crate) const fn other() {}"),
            ("x/src/a/b.rs", "fn fine() {}"),
            ("fence-engine/src/rules/mod.rs", "pub fn find() {}"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "x/src/a/mod.rs:1: `fn other` in a file that only declares, documents and re-exports",
                "x/src/lib.rs:8: `fn stray` in a file that only declares, documents and re-exports",
            ]
        );
    }

    #[test]
    fn the_exception_is_for_one_function_and_no_other() {
        let tree = Tree::of(&[(
            "fence-engine/src/rules/mod.rs",
            "fn find() {}\nfn more() {}",
        )]);
        assert_eq!(check(&tree).len(), 1);
    }
}
