//! A dependency is declared once, in `[workspace.dependencies]`, and has a line in ARCHITECTURE.md that says what for.
//! A crate that is a workspace of its own can only do the second.

use crate::problem::Problem;
use crate::tree::{TextFile, Tree};

const PAGE: &str = "ARCHITECTURE.md";

/// One dependency of one crate.
struct Dependency<'t> {
    name: &'t str,
    line: usize,
    /// Whether the workspace declares it.
    inherited: bool,
}

/// Complains of each dependency on somebody else's crate that is declared elsewhere or not explained.
pub(crate) fn check(tree: &Tree) -> Vec<Problem> {
    let page = tree.get(PAGE).map_or("", |page| page.text.as_str());
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| file.name() == "Cargo.toml") {
        let alone =
            file.path != "Cargo.toml" && file.text.lines().any(|line| line.trim() == "[workspace]");
        for dependency in dependencies(file) {
            let Dependency { name, line, .. } = dependency;
            if name.starts_with("fence-") {
                continue;
            }
            let mut say = |message| problems.push(Problem::new(&file.path, line, message));
            if !dependency.inherited && !alone {
                say(format!(
                    "`{name}` is not declared in [workspace.dependencies]"
                ));
            }
            if !page.contains(&format!("`{name}`")) {
                say(format!("{PAGE} does not say what `{name}` is for"));
            }
        }
    }
    problems
}

/// The dependencies that a manifest lists; those of `[workspace.dependencies]` are for others to list.
fn dependencies(manifest: &TextFile) -> Vec<Dependency<'_>> {
    let mut in_list = false;
    let mut found = Vec::new();
    for (at, line) in manifest.text.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            in_list = section.ends_with("dependencies") && section != "workspace.dependencies";
        } else if in_list
            && let Some((key, value)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let name = key.split('.').next().unwrap_or_default().trim();
            found.push(Dependency {
                name,
                line: at + 1,
                inherited: key.contains(".workspace") || value.contains("workspace = true"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    #[test]
    fn an_unexplained_and_a_private_dependency_are_found() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies]\nfence-engine = { path = \"x\" }\nserde.workspace = true\nclap = { workspace = true, features = [] }\n\n[dev-dependencies]\ninsta = \"1\" # why\n\n[lints]\nworkspace = true\n";
        let tree = Tree::of(&[
            ("a/Cargo.toml", manifest),
            ("Cargo.toml", "[workspace.dependencies]\nother = \"1\"\n"),
            (
                "ARCHITECTURE.md",
                "| `serde` | JSON |\n| `insta` | snapshots |\n",
            ),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "a/Cargo.toml:7: ARCHITECTURE.md does not say what `clap` is for",
                "a/Cargo.toml:10: `insta` is not declared in [workspace.dependencies]",
            ]
        );
    }
}
