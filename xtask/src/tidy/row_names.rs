//! A test that names a row of the specification names one that is there.

use crate::problem::Problem;
use crate::spec::{mentions, rows};
use crate::tree::Tree;

/// Complains of each row that is named and does not exist, though others of its kind do.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let rows = rows::read(tree);
    mentions::find(tree)
        .filter(|mention| rows.is_unknown(mention.id))
        .map(|mention| {
            let message = format!("docs/spec/ has no row {}", mention.id);
            Problem::new(mention.path, mention.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_row_that_does_not_exist_is_found() {
        let tree = Tree::of(&[
            ("docs/spec/page.md", "* F-SIG-1 a row\n| R-05 | another |\n"),
            ("tests/tests/a.rs", "// F-SIG-1, R-05, UTF-8\n// F-SIG-9\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            ["tests/tests/a.rs:2: docs/spec/ has no row F-SIG-9"]
        );
    }
}
