//! Every pattern of the corpus gives exactly the errors and warnings it expects.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fence_engine::{Config, Level};
use fence_replay::{pattern, pattern_events};
use fence_tests::orders::orders;

fn pattern_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let folders = std::fs::read_dir(root).expect("the corpus is in the repository");
    let mut files: Vec<PathBuf> = folders
        .flatten()
        .filter(|folder| folder.path().is_dir())
        .flat_map(|folder| {
            std::fs::read_dir(folder.path())
                .expect("a readable folder")
                .flatten()
        })
        .map(|file| file.path())
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "fence")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_pattern_gives_the_findings_it_expects() {
    let (mut wrong, mut count) = (String::new(), 0);
    for path in pattern_files() {
        let source = std::fs::read(&path).expect("a readable file");
        let file = pattern::parse_bytes(&source);
        for problem in file.all_problems() {
            writeln!(wrong, "{}: {problem}", path.display()).expect("a string");
        }
        for pattern in &file.patterns {
            count += 1;
            let outcome = pattern_events::run(pattern, "pattern.fence", Config::STRICT);
            if outcome.as_expected {
                continue;
            }
            let id = pattern.id.as_ref().map_or("", |id| id.as_str());
            let expected: Vec<_> = pattern
                .expect
                .iter()
                .map(|expect| format!("{:?}", expect.what))
                .collect();
            writeln!(
                wrong,
                "{} {id}: expects {}",
                path.display(),
                expected.join(", ")
            )
            .expect("a string");
            for finding in outcome
                .findings
                .iter()
                .filter(|finding| finding.level > Level::Note)
            {
                let place = &finding.place;
                let (name, line) = (finding.rule.name, place.line);
                writeln!(wrong, "    {line}: {name}: {}", finding.message()).expect("a string");
            }
        }
    }
    assert!(
        count >= 120,
        "the corpus has at least 60 pairs, found {count} patterns"
    );
    assert!(wrong.is_empty(), "{wrong}");
}

/// Threads run at any time, so whether they can hang cannot depend on which of them the pattern's author wrote first.
/// Some rules are about what happens to a fence in which order, and for them the order of the threads is that order.
#[test]
fn what_is_found_does_not_depend_on_the_order_of_the_threads() {
    const ABOUT_ORDER: [&str; 4] = [
        "seqno-misuse",
        "issuer-without-reference",
        "lock-outlived-by-fence",
        "wait-in-section",
    ];
    let mut wrong = String::new();
    for path in pattern_files() {
        let source = std::fs::read(&path).expect("a readable file");
        for pattern in &pattern::parse_bytes(&source).patterns {
            let mut outcomes = orders(&pattern.threads).into_iter().map(|threads| {
                let mut reordered = pattern.clone();
                reordered.threads = threads;
                let outcome = pattern_events::run(&reordered, "pattern.fence", Config::STRICT);
                outcome.findings.iter().any(|finding| {
                    finding.level > Level::Note && !ABOUT_ORDER.contains(&finding.rule.name)
                })
            });
            let first = outcomes.next();
            if outcomes.any(|outcome| Some(outcome) != first) {
                let id = pattern.id.as_ref().map_or("", |id| id.as_str());
                writeln!(wrong, "{} {id}", path.display()).expect("a string");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
