//! The rows of the specification: list items and table lines of `docs/spec/*.md` that begin with an id.

use std::collections::BTreeSet;

use crate::tree::Tree;

/// The ids of all rows, page by page in the order of the page.
#[derive(Debug, Default)]
pub(crate) struct Rows<'t> {
    in_order: Vec<&'t str>,
    ids: BTreeSet<&'t str>,
    /// What ids begin with, up to the last dash.
    families: BTreeSet<&'t str>,
}

impl<'t> Rows<'t> {
    /// The ids, each once.
    pub(crate) fn ids(&self) -> &[&'t str] {
        &self.in_order
    }

    /// Whether `id` looks like a row's and is none.
    pub(crate) fn is_unknown(&self, id: &str) -> bool {
        !self.ids.contains(id) && family(id).is_some_and(|family| self.families.contains(family))
    }
}

/// Reads the pages.
pub(crate) fn read(tree: &Tree) -> Rows<'_> {
    let mut rows = Rows::default();
    for page in tree
        .below("docs/spec/")
        .filter(|page| page.has_extension("md"))
    {
        for id in page.text.lines().filter_map(defined) {
            if rows.ids.insert(id) {
                rows.in_order.push(id);
                rows.families.extend(family(id));
            }
        }
    }
    rows
}

/// The row that a line defines.
fn defined(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("* ")
        .or_else(|| line.strip_prefix("| "))?;
    let end = rest.find(' ').unwrap_or(rest.len());
    let id = &rest[..end];
    is_id(id).then_some(id)
}

/// Whether a word has the form of an id: groups of capitals joined by dashes, at the end a number or, where the first
/// group is short, one more word (`B-SEEK`).
pub(crate) fn is_id(word: &str) -> bool {
    let Some((family, last)) = word.rsplit_once('-') else {
        return false;
    };
    let capitals = |group: &str| !group.is_empty() && group.bytes().all(|c| c.is_ascii_uppercase());
    let number = !last.is_empty() && last.len() <= 3 && last.bytes().all(|c| c.is_ascii_digit());
    family.split('-').all(capitals)
        && family.len() <= 8
        && (number || family.len() <= 2 && capitals(last))
}

fn family(id: &str) -> Option<&str> {
    let (family, last) = id.rsplit_once('-')?;
    last.starts_with(|c: char| c.is_ascii_digit())
        .then_some(family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_items_and_table_lines_that_begin_with_an_id_are_rows() {
        let page = "# F-SIG\n* F-SIG-1 text\n| R-05 | text |\n| id | rule |\n* W-3\n* B-SEEK text\n* see F-SIG-1\ntext G-12\n* F-SIG-1 again\n* NEW drm_exec\n";
        let tree = Tree::of(&[("docs/spec/a.md", page), ("docs/b.md", "* X-1 no\n")]);
        let rows = read(&tree);
        assert_eq!(rows.ids(), ["F-SIG-1", "R-05", "W-3", "B-SEEK"]);
    }

    #[test]
    fn an_unknown_row_of_a_known_family_is_told_from_other_words() {
        let tree = Tree::of(&[("docs/spec/a.md", "* F-SIG-1 text\n* R-05 text\n")]);
        let rows = read(&tree);
        assert!(rows.is_unknown("F-SIG-2"));
        assert!(rows.is_unknown("R-5"));
        assert!(!rows.is_unknown("F-SIG-1"));
        assert!(!rows.is_unknown("UTF-8"));
    }

    #[test]
    fn ids_are_capitals_dashes_and_a_number() {
        for id in [
            "F-INIT-1", "R-05", "U-GAP-16", "W-3", "HP-SYS", "UD-3", "RR-17",
        ] {
            assert!(is_id(id), "{id}");
        }
        for word in [
            "",
            "-1",
            "F-",
            "f-1",
            "WARN",
            "X86-64",
            "F--1",
            "IN-HARDIRQ-READ",
            "A-1b",
        ] {
            assert!(!is_id(word), "{word}");
        }
    }
}
