//! Every Rust file begins with a `//!` paragraph that says what it is.

use crate::problem::Problem;
use crate::tree::{TextFile, Tree};

/// Heads that say nothing.
const PLACEHOLDERS: &[&str] = &["", "placeholder", "to do", "todo"];

/// Complains of each file without such a paragraph.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    tree.with_extension("rs")
        .filter(|file| !file.path.split('/').any(|part| part == "snapshots"))
        .filter(|file| PLACEHOLDERS.contains(&head(file).as_str()))
        .map(|file| {
            let message = "starts with no `//!` paragraph that says what the file is";
            Problem::new(&file.path, 1, message)
        })
        .collect()
}

/// The first paragraph in small letters, without what ends it.
fn head(file: &TextFile) -> String {
    let lines = file
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let paragraph = lines.collect::<Vec<_>>().join(" ");
    paragraph.trim_end_matches(['.', ':']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_file_must_say_what_it_is_in_its_first_lines() {
        let tree = Tree::of(&[
            ("a/code_first.rs", "use x;\n//! Says what it is.\n"),
            (
                "a/item_comment.rs",
                "/// Says what the item is.\nfn f() {}\n",
            ),
            ("a/placeholder.rs", "//! Placeholder.\n"),
            ("a/short.rs", "//! Scheduler events.\n\nuse x;\n"),
            ("a/to_do.rs", "//!   To\n//! do.\n"),
            ("tests/snapshots/printed.rs", "fn f() {}\n"),
        ]);
        let problems = lines(&check(&tree));
        let files: Vec<_> = problems
            .iter()
            .map(|problem| problem.split(':').next().unwrap_or_default())
            .collect();
        assert_eq!(
            files,
            [
                "a/code_first.rs",
                "a/item_comment.rs",
                "a/placeholder.rs",
                "a/to_do.rs"
            ]
        );
    }
}
