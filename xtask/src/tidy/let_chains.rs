//! A crate for compilers before 1.88 has no `let` chains, the one piece of newer syntax that clippy's `incompatible_msrv`
//! does not know of.

use crate::problem::Problem;
use crate::tree::Tree;

/// The first compiler that has them.
const FIRST: u32 = 88;

/// Complains of each line of such a crate that goes on with `&& let`.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let manifests = tree
        .files
        .iter()
        .filter_map(|file| Some((file.path.strip_suffix("/Cargo.toml")?, &file.text)));
    let older = manifests.filter(|(_, text)| minor(text).is_some_and(|minor| minor < FIRST));
    let mut problems = Vec::new();
    for (folder, _) in older {
        let sources = tree
            .with_extension("rs")
            .filter(|file| file.path.starts_with(&format!("{folder}/")));
        for file in sources {
            for (at, line) in file.text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if code.contains("&& let ") {
                    let message = "a `let` chain, which the crate's `rust-version` does not have";
                    problems.push(Problem::new(&file.path, at + 1, message));
                }
            }
        }
    }
    problems
}

/// The `x` of `rust-version = "1.x"`.
fn minor(manifest: &str) -> Option<u32> {
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \"1."))?;
    version.split(['.', '"']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn a_crate_for_older_compilers_has_no_let_chains() {
        let chain = "fn f() {\n    if a\n        && let Some(b) = c {}\n}\n";
        let tree = Tree::of(&[
            ("old/Cargo.toml", "[package]\nrust-version = \"1.85\"\n"),
            ("old/src/chain.rs", chain),
            ("old/src/plain.rs", "// not even && let here\nfn f() {}\n"),
            ("new/Cargo.toml", "[package]\nrust-version = \"1.88\"\n"),
            ("new/src/chain.rs", chain),
            (
                "same/Cargo.toml",
                "[package]\nrust-version.workspace = true\n",
            ),
            ("same/src/chain.rs", chain),
        ]);
        let problems = lines(&check(&tree));
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].starts_with("old/src/chain.rs:3"),
            "{problems:?}"
        );
    }
}
