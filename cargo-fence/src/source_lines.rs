//! Single lines of a file that was read before, fetched again to be shown beside a finding.
//!
//! Only the wanted lines are kept. The file is read on from where the last search ended, and from its start only if a wanted
//! line lies before that.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;

use fence_replay::lines::LineReader;

/// The lines of one file.
#[derive(Debug)]
pub(crate) struct SourceLines {
    path: PathBuf,
    reader: Option<LineReader<File>>,
    /// The line the reader handed out last.
    at: u64,
}

impl SourceLines {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self {
            path,
            reader: None,
            at: 0,
        }
    }

    /// The text of the wanted lines, by number. A line that is not there, or cannot be read, is left out.
    pub(crate) fn fetch(&mut self, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
        let mut found = BTreeMap::new();
        let (Some(&first), Some(&last)) = (wanted.first(), wanted.last()) else {
            return found;
        };
        if u64::from(first) <= self.at || self.reader.is_none() {
            self.reader = File::open(&self.path).ok().map(LineReader::new);
            self.at = 0;
        }
        let Some(reader) = &mut self.reader else {
            return found;
        };
        while self.at < u64::from(last) {
            let Ok(Some(line)) = reader.next_line() else {
                self.reader = None;
                break;
            };
            self.at = line.number;
            if let Some(number) = u32::try_from(line.number)
                .ok()
                .filter(|number| wanted.contains(number))
            {
                found.insert(number, String::from_utf8_lossy(line.bytes).into_owned());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(lines: &mut SourceLines, wanted: &[u32]) -> Vec<(u32, String)> {
        lines
            .fetch(&wanted.iter().copied().collect())
            .into_iter()
            .collect()
    }

    #[test]
    fn lines_are_found_forwards_backwards_and_not_beyond_the_end() {
        let path =
            std::env::temp_dir().join(format!("cargo-fence-source-lines-{}", std::process::id()));
        std::fs::write(&path, "one\ntwo\nthree\n").expect("a temporary file");
        let mut lines = SourceLines::new(path.clone());
        assert_eq!(fetch(&mut lines, &[2]), [(2, "two".into())]);
        assert_eq!(fetch(&mut lines, &[3]), [(3, "three".into())]);
        assert_eq!(
            fetch(&mut lines, &[1, 3]),
            [(1, "one".into()), (3, "three".into())]
        );
        assert_eq!(fetch(&mut lines, &[4]), []);
        assert_eq!(fetch(&mut lines, &[0]), []);
        assert_eq!(fetch(&mut lines, &[2]), [(2, "two".into())]);
        std::fs::remove_file(path).expect("the file is still there");
    }

    #[test]
    fn a_file_that_is_gone_has_no_lines() {
        assert_eq!(
            fetch(&mut SourceLines::new("no such file".into()), &[1]),
            []
        );
    }
}
