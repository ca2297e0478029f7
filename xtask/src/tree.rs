//! The workspace as a list of text files, so that every check is a function over paths and texts.
//!
//! Paths are relative to the workspace root and written with `/`. Build output, git's own folder and files that are not
//! UTF-8 are left out.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// One text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextFile {
    /// Relative to the workspace root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl TextFile {
    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The name without its extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Whether the name ends in `.` and `extension`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.name()
            .rsplit_once('.')
            .is_some_and(|(_, end)| end == extension)
    }
}

/// All text files of the workspace, sorted by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The folder the paths are relative to.
    pub(crate) root: PathBuf,
    /// The files.
    pub(crate) files: Vec<TextFile>,
}

impl Tree {
    /// Reads the workspace at `root`.
    pub(crate) fn load(root: &Path) -> Result<Self, Failure> {
        let mut tree = Self {
            root: root.into(),
            files: Vec::new(),
        };
        tree.add_folder(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// A tree that is on no disk.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut files: Vec<_> = files
            .iter()
            .map(|(path, text)| TextFile {
                path: (*path).into(),
                text: (*text).into(),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            root: PathBuf::new(),
            files,
        }
    }

    /// The file at `path`.
    pub(crate) fn get(&self, path: &str) -> Option<&TextFile> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        self.files.get(at)
    }

    /// The files below `folder`, which ends in `/`.
    pub(crate) fn below<'t>(&'t self, folder: &'t str) -> impl Iterator<Item = &'t TextFile> {
        self.files
            .iter()
            .filter(move |file| file.path.starts_with(folder))
    }

    /// The files whose name ends in `.` and `extension`.
    pub(crate) fn with_extension<'t>(
        &'t self,
        extension: &'t str,
    ) -> impl Iterator<Item = &'t TextFile> {
        self.files
            .iter()
            .filter(move |file| file.has_extension(extension))
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Failure> {
        let failed = |source| Failure::File {
            path: folder.into(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let path = format!("{prefix}{name}");
            if kind.is_dir() {
                if name != "target" && name != ".git" {
                    self.add_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).map_err(|source| Failure::File {
                    path: entry.path(),
                    source,
                })?;
                if let Ok(text) = String::from_utf8(bytes) {
                    self.files.push(TextFile { path, text });
                }
            }
        }
        Ok(())
    }
}

/// The workspace root: the folder above this crate's.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).into()
}

/// Writes `text` to `path` below `root`, and makes the folders it needs.
pub(crate) fn write(root: &Path, path: &str, text: &str) -> Result<(), Failure> {
    let path = root.join(path);
    let failed = |source| Failure::File {
        path: path.clone(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_path_and_by_its_folder() {
        let tree = Tree::of(&[("b/two.rs", "2"), ("a/one.md", "1"), ("b.rs", "3")]);
        assert_eq!(
            tree.get("a/one.md").map(|file| file.text.as_str()),
            Some("1")
        );
        assert_eq!(tree.get("a/two.md"), None);
        let below: Vec<_> = tree.below("b/").map(TextFile::stem).collect();
        assert_eq!(below, ["two"]);
        let rust: Vec<_> = tree.with_extension("rs").map(TextFile::name).collect();
        assert_eq!(rust, ["b.rs", "two.rs"]);
    }
}
