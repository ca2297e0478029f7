//! The pattern files of the repository, read as they stand.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::parse_bytes;

/// The pattern files, in the order of their paths; none where the reader is tested outside its repository.
pub(super) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/patterns")),
        &mut found,
    );
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "fence")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_pattern_file_of_the_repository_parses_without_a_problem() {
    let mut problems = Vec::new();
    for path in files() {
        let file = parse_bytes(&fs::read(&path).expect("a listed file can be read"));
        problems.extend(
            file.all_problems()
                .iter()
                .map(|problem| format!("{}:{problem}", path.display())),
        );
        if file.patterns.is_empty() {
            problems.push(format!(
                "{}: expected a pattern, found none",
                path.display()
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
