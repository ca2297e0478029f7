//! Where tests name rows of the specification: in the cross-crate tests, in test code beside the code, in patterns.

use crate::spec::rows::is_id;
use crate::tree::{TextFile, Tree};

/// One row named in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention<'t> {
    /// The row.
    pub(crate) id: &'t str,
    /// The file.
    pub(crate) path: &'t str,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// Every mention of something that has the form of a row's id, file by file.
pub(crate) fn find(tree: &Tree) -> impl Iterator<Item = Mention<'_>> {
    tree.files.iter().flat_map(|file| {
        let first = first_test_line(file).unwrap_or(usize::MAX);
        file.text
            .lines()
            .enumerate()
            .skip(first)
            .flat_map(move |(at, line)| {
                words(line).map(move |id| Mention {
                    id,
                    path: &file.path,
                    line: at + 1,
                })
            })
    })
}

/// The index of the line where the tests in a file begin, if it has any.
fn first_test_line(file: &TextFile) -> Option<usize> {
    // The tests of this crate are about mentions; they make none.
    if file.path.starts_with("xtask/") || file.path.starts_with("tests/data/") {
        return None;
    }
    if file.has_extension("fence") {
        return file.path.starts_with("tests/").then_some(0);
    }
    if !file.has_extension("rs") {
        return None;
    }
    let all_test = file.stem() == "tests" || file.path.split('/').any(|part| part == "tests");
    if all_test {
        return Some(0);
    }
    file.text
        .lines()
        .position(|line| line.trim() == "#[cfg(test)]")
}

/// The words of a line that have the form of an id.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .map(|word| word.trim_matches('-'))
        .filter(|word| is_id(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(tree: &Tree) -> Vec<(&str, &str, usize)> {
        find(tree)
            .map(|mention| (mention.id, mention.path, mention.line))
            .collect()
    }

    #[test]
    fn tests_and_patterns_count_and_other_code_does_not() {
        let tree = Tree::of(&[
            (
                "a/src/code.rs",
                "// R-01\n#[cfg(test)]\nmod tests {\n    // R-02: why\n}\n",
            ),
            ("a/src/code/tests.rs", "// R-03\n"),
            ("a/src/other.rs", "// R-04\n"),
            ("a/tests/it.rs", "\"R-05\"\n"),
            ("tests/patterns/x/y.fence", "# Spec: R-06, F-SIG-1.\n"),
            ("tests/patterns/README.md", "R-07\n"),
            ("tests/data/oracle/x.rs", "R-08\n"),
            ("xtask/src/tests.rs", "R-09\n"),
        ]);
        assert_eq!(
            found(&tree),
            [
                ("R-02", "a/src/code.rs", 4),
                ("R-03", "a/src/code/tests.rs", 1),
                ("R-05", "a/tests/it.rs", 1),
                ("R-06", "tests/patterns/x/y.fence", 1),
                ("F-SIG-1", "tests/patterns/x/y.fence", 1),
            ]
        );
    }

    #[test]
    fn a_word_that_only_contains_an_id_names_no_row() {
        let tree = Tree::of(&[(
            "tests/a.rs",
            "xR-05 R-05x R-05_1 (R-05) R-05-a R-06/R-07 I-01..03\n",
        )]);
        let ids: Vec<_> = found(&tree).iter().map(|mention| mention.0).collect();
        assert_eq!(ids, ["R-05", "R-06", "R-07", "I-01"]);
    }
}
