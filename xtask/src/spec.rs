//! `cargo xtask spec`: which rows of the specification a test names, and which none does.
//!
//! A row is an id in `docs/spec/`. A test names it by writing the id in a comment or a string; whether it tests what the
//! row says is for a reader to judge.

pub(crate) mod mentions;
pub(crate) mod rows;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::tree::Tree;

/// How many places of a row are shown.
const SHOWN: usize = 3;

/// Prints the table and the summary.
pub(crate) fn run(tree: &Tree) {
    print!("{}", report(tree));
}

fn report(tree: &Tree) -> String {
    let rows = rows::read(tree);
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for mention in mentions::find(tree) {
        let place = format!("{}:{}", mention.path, mention.line);
        places.entry(mention.id).or_default().push(place);
    }
    let ids = rows.ids();
    let width = ids.iter().map(|id| id.len()).max().unwrap_or_default();
    let mut report = String::new();
    let mut named = 0;
    for id in ids {
        let places = places.get(id).map_or(&[][..], Vec::as_slice);
        named += usize::from(!places.is_empty());
        let mut shown = places[..places.len().min(SHOWN)].join(" ");
        if places.len() > SHOWN {
            let _ = write!(shown, " and {} more", places.len() - SHOWN);
        }
        if shown.is_empty() {
            shown = "-".into();
        }
        let _ = writeln!(report, "{id:width$}  {shown}");
    }
    let all = ids.len();
    let _ = writeln!(
        report,
        "specification: {all} rows, {named} named by a test, {} by none",
        all - named
    );
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_who_names_each_row_and_ends_with_a_summary() {
        let tree = Tree::of(&[
            (
                "docs/spec/page.md",
                "* F-SIG-1 signals once\n* F-SIG-2 no callbacks again\n",
            ),
            (
                "tests/tests/a.rs",
                "// F-SIG-1\n\n// F-SIG-1: again\n// F-SIG-1\n// F-SIG-1\n",
            ),
        ]);
        assert_eq!(
            report(&tree),
            "F-SIG-1  tests/tests/a.rs:1 tests/tests/a.rs:3 tests/tests/a.rs:4 and 1 more\n\
             F-SIG-2  -\n\
             specification: 2 rows, 1 named by a test, 1 by none\n"
        );
    }
}
