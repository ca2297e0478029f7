//! A clone stands alone: no file names a path that exists on one machine only.

use crate::problem::Problem;
use crate::tree::Tree;

// Put together, so that this file does not name them.
const OUTSIDE: &[&str] = &[
    concat!("..", "/shared"),
    concat!("/", "work/"),
    concat!("/", "root/"),
];

/// Complains of each line that names such a path.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &tree.files {
        for path in OUTSIDE {
            if !file.text.contains(path) {
                continue;
            }
            for (at, line) in file.text.lines().enumerate() {
                if names(line, path) {
                    let message = format!("`{path}` is not a part of the project");
                    problems.push(Problem::new(&file.path, at + 1, message));
                }
            }
        }
    }
    problems
}

/// Whether `path` starts in the line where a path may start, and is not the middle of another one.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_path_of_one_machine_is_found_and_a_folder_of_that_name_is_not() {
        let bad = format!("fine\nsee {} for it\n", concat!("/", "root/notes.md"));
        let tree = Tree::of(&[
            ("docs/a.md", &bad),
            (
                "docs/b.md",
                concat!("see fence-engine/src/", "work", "/queue.rs\n"),
            ),
        ]);
        let expected = format!(
            "docs/a.md:2: `{}` is not a part of the project",
            concat!("/", "root/")
        );
        assert_eq!(lines(&check(&tree)), [expected]);
    }

    #[test]
    fn a_path_above_the_project_is_found() {
        let bad = concat!("[x](..", "/shared/x.md)");
        assert_eq!(check(&Tree::of(&[("a.md", bad)])).len(), 1);
    }
}
