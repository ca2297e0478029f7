//! What is to be read: the files of the command line, those in its directories, and the standard input.

mod watched;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(crate) use watched::Watched;

/// What stdin is called in findings.
const STDIN: &str = "<stdin>";

/// Something to read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What it is called in all output.
    pub(crate) name: String,
    /// Where it is; nothing for the standard input.
    path: Option<PathBuf>,
    /// Its size in bytes if it is a regular file, which can be opened again.
    size: Option<u64>,
    /// Whether it was named, and not found in a directory.
    pub(crate) is_named: bool,
}

impl Source {
    fn new(path: &Path, is_named: bool) -> Self {
        let regular = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        Self {
            name: path.display().to_string(),
            path: Some(path.into()),
            size: regular.map(|file| file.len()),
            is_named,
        }
    }

    /// What a word of the command line stands for.
    pub(crate) fn named(word: &Path) -> Self {
        if word.as_os_str() == "-" {
            Self::stdin()
        } else {
            Self::new(word, true)
        }
    }

    fn stdin() -> Self {
        Self {
            name: STDIN.into(),
            path: None,
            size: None,
            is_named: true,
        }
    }

    /// Its size in bytes, 0 if it is not known.
    pub(crate) fn size(&self) -> u64 {
        self.size.unwrap_or(0)
    }

    /// The file name without its extension, for what has no other name.
    pub(crate) fn stem(&self) -> String {
        let path = self.path.as_deref().unwrap_or(Path::new("stdin"));
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The path, if reading it a second time gives the same.
    pub(crate) fn path_to_reread(&self) -> Option<&Path> {
        self.size.and(self.path.as_deref())
    }

    /// Opens it. Reading fails once `open` is false.
    pub(crate) fn open(&self, open: Rc<Cell<bool>>) -> io::Result<Watched<Box<dyn Read>>> {
        let inner: Box<dyn Read> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(File::open(path)?),
        };
        Ok(Watched::new(inner, open))
    }
}

/// A directory that could not be looked into.
#[derive(Debug)]
pub(crate) struct Unlisted {
    pub(crate) name: String,
    pub(crate) error: io::Error,
}

/// Everything that the words of the command line stand for, in their order; directories are walked for files whose names end
/// in one of `extensions`, in the order of their names.
///
/// Hidden files and links to directories are passed by.
pub(crate) fn collect(words: &[PathBuf], extensions: &[&str]) -> (Vec<Source>, Vec<Unlisted>) {
    let (mut sources, mut unlisted) = (Vec::new(), Vec::new());
    for word in words {
        if word.is_dir() {
            walk(word, extensions, &mut sources, &mut unlisted);
        } else {
            sources.push(Source::named(word));
        }
    }
    (sources, unlisted)
}

fn walk(
    folder: &Path,
    extensions: &[&str],
    sources: &mut Vec<Source>,
    unlisted: &mut Vec<Unlisted>,
) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            return unlisted.push(Unlisted {
                name: folder.display().to_string(),
                error,
            });
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // The type of the entry itself: a link to a directory is none, so that a circle of links has an end.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, extensions, sources, unlisted);
        } else if path
            .extension()
            .is_some_and(|end| extensions.iter().any(|wanted| end == *wanted))
            && !path.is_dir()
        {
            sources.push(Source::new(&path, false));
        }
    }
}
