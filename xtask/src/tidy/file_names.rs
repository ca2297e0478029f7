//! Modules are named for their subject, and "things I had no place for" is none.

use crate::problem::Problem;
use crate::rust_text::only_code;
use crate::tree::Tree;

const NO_SUBJECT: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];

/// Complains of each module, as a file, a folder or a block, that is named for no subject.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("rs") {
        let folders = file.path.split('/').rev().skip(1);
        let modules = std::iter::once(file.stem()).chain(folders);
        for name in modules.filter(|name| NO_SUBJECT.contains(name)) {
            problems.push(problem(&file.path, 1, name));
        }
        for (at, line) in only_code(&file.text).lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| word == "mod")
                && let Some(name) = words.next()
                && NO_SUBJECT.contains(&name)
                && line.contains('{')
            {
                problems.push(problem(&file.path, at + 1, name));
            }
        }
    }
    problems
}

fn problem(path: &str, line: usize, name: &str) -> Problem {
    let message = format!("a module called `{name}`: name it for what is in it");
    Problem::new(path, line, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_module_without_a_subject_is_found_however_it_is_written() {
        let tree = Tree::of(&[
            ("a/src/utils.rs", ""),
            ("a/tests/common/mod.rs", ""),
            ("a/src/b.rs", "//! mod misc {\nmod helpers {\n}\n"),
            ("a/src/commonplace.rs", "mod commons {}\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "a/src/b.rs:2: a module called `helpers`: name it for what is in it",
                "a/src/utils.rs:1: a module called `utils`: name it for what is in it",
                "a/tests/common/mod.rs:1: a module called `common`: name it for what is in it",
            ]
        );
    }
}
