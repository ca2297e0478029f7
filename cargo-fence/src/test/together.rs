//! What all processes have found and learnt: each finding once, and what only their graphs together show.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fence_engine::fgraph::keep_new;
use fence_engine::{ClassGraph, Config, Finding, Level};

use super::recorded;
use crate::graph::MergedGraph;

/// What is said of a finding that is nobody's alone.
const TOGETHER: &str = "no process shows this by itself, only all of them together";

/// Everything that was written down.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// How many processes wrote something.
    pub(super) processes: u64,
    /// Each once, ordered by place.
    pub(super) findings: Vec<Finding>,
    /// What was learnt.
    pub(super) graph: ClassGraph,
    /// Limits that were reached in judging that.
    pub(super) limits: Vec<&'static str>,
    /// Names of files that could not be read, and why.
    pub(super) unread: Vec<(String, String)>,
}

/// What two findings of different processes have in common if they are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A circle of these classes is one deadlock, whatever closes it. Behind a gate it is another thing.
    Cycle(Vec<String>, bool),
    /// A fingerprint does not tell places in one function apart.
    Place(u64, String, u32, u32),
}

impl Key {
    fn of(finding: &Finding) -> Self {
        if finding.cycle.is_empty() {
            let place = &finding.place;
            return Self::Place(
                finding.fingerprint,
                place.file.clone(),
                place.line,
                place.column,
            );
        }
        let mut classes = finding.cycle.clone();
        classes.sort_unstable();
        Self::Cycle(classes, finding.level == Level::Note)
    }
}

impl Together {
    /// Reads what the processes have written into this folder.
    pub(super) fn read(folder: &Path) -> Self {
        let mut together = Self::default();
        let files = match listed(folder) {
            Ok(files) => files,
            Err(error) => {
                together.unread(folder, &error.to_string());
                return together;
            }
        };
        let with = |extension: &'static str| {
            let files = files.iter();
            files.filter(move |file| file.extension().is_some_and(|end| end == extension))
        };
        let mut findings = Vec::new();
        for log in with("jsonl") {
            together.log(log, &mut findings);
        }
        let mut merged = MergedGraph::default();
        for file in with("fgraph") {
            match graph(file) {
                Ok(graph) => merged.add(graph),
                Err(error) => together.unread(file, &error),
            }
        }
        let mut processes: Vec<_> = with("jsonl")
            .chain(with("fgraph"))
            .map(|file| file.file_stem())
            .collect();
        processes.sort_unstable();
        processes.dedup();
        together.processes = processes.len() as u64;
        together.graph = merged.finish();
        // Again one after the other: all graphs at once may be more than fits.
        let parts = with("fgraph").filter_map(|file| graph(file).ok());
        together.judge(findings, parts);
        together
    }

    fn unread(&mut self, path: &Path, error: &str) {
        self.unread.push((path.display().to_string(), error.into()));
    }

    fn log(&mut self, path: &Path, findings: &mut Vec<Finding>) {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.unread(path, &error.to_string()),
        };
        for (line, number) in text.lines().zip(1..) {
            match recorded::finding(line) {
                Ok(finding) => findings.extend(finding),
                Err(error) => self.unread(path, &format!("line {number}: {error}")),
            }
        }
    }

    /// Makes one list of what the processes found and of what follows from the graph of all of them.
    fn judge(&mut self, mut found: Vec<Finding>, parts: impl Iterator<Item = ClassGraph>) {
        // Which of two processes came first is chance, and must not decide which of their reports is shown.
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut known: BTreeMap<Key, Finding> = BTreeMap::new();
        for finding in found {
            known.entry(Key::of(&finding)).or_insert(finding);
        }
        let mut judged = self.graph.judged(Config::STRICT);
        self.limits = judged.limits_reached().to_vec();
        let mut new = Vec::new();
        for finding in judged.take_findings() {
            if finding.cycle.is_empty() {
                if !known.values().any(|told| is_same(told, &finding)) {
                    new.push(finding);
                }
                continue;
            }
            match known.get_mut(&Key::of(&finding)) {
                // The same at first hand, with all that a line of JSON does not have.
                Some(told) if is_same(told, &finding) => *told = finding,
                Some(_) => {}
                None => new.push(finding),
            }
        }
        keep_new(&mut new, parts);
        for finding in &mut new {
            finding.notes.push(TOGETHER.into());
        }
        self.findings = known.into_values().chain(new).collect();
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    }
}

/// Whether one rule says one thing of the same classes.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let said = |finding: &Finding| (finding.rule.id, finding.level, finding.fingerprint);
    said(one) == said(other)
}

/// By place, and then by all else that tells two findings apart.
fn order(finding: &Finding) -> (&str, u32, u32, &str, String, &str) {
    let place = &finding.place;
    let message = finding.message();
    (
        &place.file,
        place.line,
        place.column,
        finding.rule.id,
        message,
        &finding.task,
    )
}

fn listed(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.sort_unstable();
    Ok(files)
}

fn graph(path: &Path) -> Result<ClassGraph, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    ClassGraph::decode(&bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use fence_replay::{pattern, pattern_events};
    use fence_report::json;

    use super::*;

    /// A folder of a test's own, with what processes wrote that did what these patterns say.
    fn records(name: &str, processes: &[&str]) -> PathBuf {
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("cargo-fence-together-{name}-{process}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        for (number, text) in processes.iter().enumerate() {
            let file = pattern::parse(text);
            let mut engine = None;
            let outcome = pattern_events::run(&file.patterns[0], "x.fence", Config::STRICT);
            let sink = &mut |item| {
                if let fence_replay::input::Item::Pattern { engine: of, .. } = item {
                    engine = Some(of);
                }
            };
            fence_replay::input::read("x", text.as_bytes(), Config::STRICT, &mut |_| {}, sink)
                .expect("a pattern");
            let lines: String = outcome.findings.iter().map(json::finding).collect();
            fs::write(folder.join(format!("{number}.jsonl")), lines).expect("a file");
            let graph = engine.expect("an engine").class_graph().encode();
            fs::write(folder.join(format!("{number}.fgraph")), graph).expect("a file");
        }
        folder
    }

    fn read(name: &str, processes: &[&str]) -> Together {
        let folder = records(name, processes);
        let together = Together::read(&folder);
        fs::remove_dir_all(folder).expect("the folder is still there");
        together
    }

    fn rules(together: &Together) -> Vec<(&str, Level)> {
        let findings = together.findings.iter();
        findings
            .map(|finding| (finding.rule.name, finding.level))
            .collect()
    }

    const AB: &str = "thread one\n lock a mutex\n lock b mutex\n unlock b\n unlock a\n";
    const BA: &str = "thread two\n lock b mutex\n lock a mutex\n unlock a\n unlock b\n";
    const GATED_BA: &str = "thread two\n lock g mutex\n lock b mutex\n lock a mutex\n unlock a\n unlock b\n unlock g\n";
    const GATED_AB: &str = "thread one\n lock g mutex\n lock a mutex\n lock b mutex\n unlock b\n unlock a\n unlock g\n";
    const CYCLE: (&str, Level) = ("lock-order-cycle", Level::Error);

    #[test]
    fn a_deadlock_that_two_processes_found_from_either_side_is_one() {
        let (one, other) = (format!("{AB}{BA}"), format!("{BA}{AB}"));
        let together = read("once", &[&one, &other]);
        assert_eq!(rules(&together), [CYCLE]);
        assert_eq!(together.processes, 2);
        let finding = &together.findings[0];
        assert!(!finding.notes.iter().any(|note| note == TOGETHER));
        assert!(finding.complaint.is_some(), "it is at first hand");
    }

    #[test]
    fn a_deadlock_that_no_process_has_is_found_and_says_so() {
        let together = read("halves", &[AB, BA]);
        assert_eq!(rules(&together), [CYCLE]);
        assert!(
            together.findings[0]
                .notes
                .iter()
                .any(|note| note == TOGETHER)
        );
    }

    #[test]
    fn a_gate_that_one_process_lacks_makes_an_error_of_the_note_of_another() {
        let gated = format!("{GATED_AB}{GATED_BA}");
        let note = ("lock-order-cycle", Level::Note);
        assert_eq!(rules(&read("gated", &[&gated])), [note]);
        let together = read("ungated", &[&gated, AB, BA]);
        let mut found = rules(&together);
        found.sort_unstable();
        assert_eq!(found, [note, CYCLE]);
    }

    #[test]
    fn the_same_broken_contract_at_two_places_is_two_findings_and_at_one_place_one() {
        // Both places are on line 3 and 4 of one process, and on line 3 of the other.
        let twice = "thread t\n lock s spin\n might_sleep\n might_sleep\n unlock s\n";
        let once = "thread t\n lock s spin\n might_sleep\n unlock s\n";
        let sleep = ("sleep-in-atomic", Level::Error);
        let together = read("places", &[twice, once]);
        assert_eq!(rules(&together), [sleep, sleep]);
        let lines: Vec<u32> = together
            .findings
            .iter()
            .map(|finding| finding.place.line)
            .collect();
        assert_eq!(lines, [3, 4]);
    }

    #[test]
    fn the_order_of_processes_does_not_matter() {
        let all = [
            format!("{AB}{BA}"),
            AB.to_owned(),
            format!("{BA}{AB}"),
            GATED_BA.to_owned(),
        ];
        let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
        let told = |together: &Together| -> Vec<String> {
            together.findings.iter().map(json::finding).collect()
        };
        let one = told(&read("order", &all));
        all.reverse();
        assert_eq!(told(&read("order", &all)), one);
        assert_eq!(one.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_counts() {
        let folder = records("damaged", &[AB, BA]);
        let log = folder.join("0.jsonl");
        fs::write(&log, "{\"v\":1,\"type\":\"find").expect("a file");
        fs::write(folder.join("2.fgraph"), b"FGRAPH").expect("a file");
        let together = Together::read(&folder);
        fs::remove_dir_all(folder).expect("the folder is still there");
        assert_eq!(rules(&together), [CYCLE]);
        assert_eq!(together.unread.len(), 2, "{:?}", together.unread);
        assert!(
            together.unread[0].1.starts_with("line 1: "),
            "{:?}",
            together.unread
        );
        let nowhere = Together::read(&std::env::temp_dir().join("no-such-folder"));
        assert_eq!((nowhere.processes, nowhere.unread.len()), (0, 1));
    }
}
