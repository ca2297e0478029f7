//! What a run came to: counts for the closing line, and the exit code.

use fence_engine::{Finding, Level};
use fence_replay::input::{Item, Kind, Summary};

use crate::arguments::FailOn;
use crate::exit_code;

/// Findings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
    pub(crate) notes: u64,
}

impl Levels {
    fn count(&mut self, findings: &[Finding]) {
        for finding in findings {
            match finding.level {
                Level::Error => self.errors += 1,
                Level::Warning => self.warnings += 1,
                Level::Note => self.notes += 1,
            }
        }
    }
}

/// The counts of a run.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    fail_on: FailOn,
    /// Files that were read.
    pub(crate) files: u64,
    /// Lines in them.
    pub(crate) lines: u64,
    /// Lines of recordings among those.
    pub(crate) recorded_lines: u64,
    pub(crate) scenarios: u64,
    pub(crate) patterns: u64,
    pub(crate) graphs: u64,
    /// Processes that wrote down what they found and learnt.
    pub(crate) processes: u64,
    /// All findings.
    pub(crate) found: Levels,
    /// Those that no pattern expects.
    pub(crate) unexpected: Levels,
    /// Patterns with `expect` lines whose findings are others.
    pub(crate) mismatches: u64,
    /// Whether any pattern says what it expects.
    pub(crate) has_expectations: bool,
    /// Only what no file shows by itself is told.
    pub(crate) only_new: bool,
    /// Lines that were not understood.
    pub(crate) problems: u64,
    /// Files, or scenarios and patterns in them, that were to be checked and could not be.
    pub(crate) unchecked: u64,
    /// Scenarios, patterns and records that were checked.
    pub(crate) checked: u64,
    /// What makes the exit code 1.
    failing: u64,
}

impl Tally {
    pub(crate) fn new(fail_on: FailOn) -> Self {
        Self {
            fail_on,
            files: 0,
            lines: 0,
            recorded_lines: 0,
            scenarios: 0,
            patterns: 0,
            graphs: 0,
            processes: 0,
            found: Levels::default(),
            unexpected: Levels::default(),
            mismatches: 0,
            has_expectations: false,
            only_new: false,
            problems: 0,
            unchecked: 0,
            checked: 0,
            failing: 0,
        }
    }

    /// Counts something that a file said.
    pub(crate) fn item(&mut self, item: &Item) {
        match item {
            Item::Scenario { outcome, .. } => {
                self.scenarios += 1;
                self.findings(&outcome.findings);
            }
            Item::Pattern { outcome, .. } => {
                self.patterns += 1;
                if outcome.expected.is_none() {
                    return self.findings(&outcome.findings);
                }
                self.has_expectations = true;
                self.found.count(&outcome.findings);
                if !outcome.as_expected {
                    self.mismatches += 1;
                    self.unexpected.count(&outcome.findings);
                    self.failing += u64::from(self.fail_on != FailOn::Never);
                }
            }
            Item::Finding(finding) => self.findings(std::slice::from_ref(finding)),
            Item::Problem { line, .. } => {
                self.problems += u64::from(*line > 0);
            }
            _ => {}
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.found.count(findings);
        self.unexpected.count(findings);
        let fails = |finding: &&Finding| {
            self.fail_on
                .level()
                .is_some_and(|least| finding.level >= least)
        };
        self.failing += findings.iter().filter(fails).count() as u64;
    }

    /// A file was read to its end.
    pub(crate) fn end_of_file(&mut self, summary: &Summary) {
        self.files += 1;
        self.lines += summary.lines;
        self.checked += summary.checked;
        self.unchecked += summary.unchecked;
        if !matches!(summary.kind, Kind::Scenarios | Kind::Patterns) {
            self.recorded_lines += summary.lines;
        }
    }

    /// A graph was read.
    pub(crate) fn graph(&mut self) {
        self.files += 1;
        self.graphs += 1;
        self.checked += 1;
    }

    /// So many processes have written down what they found and learnt.
    pub(crate) fn processes(&mut self, number: u64) {
        self.processes += number;
        self.checked += number;
    }

    /// A file could not be read, or not to its end.
    pub(crate) fn unread(&mut self) {
        self.unchecked += 1;
    }

    /// The exit code of all this.
    pub(crate) const fn exit_code(&self) -> u8 {
        if self.unchecked > 0 {
            exit_code::FAILURE
        } else if self.failing > 0 {
            exit_code::FINDINGS
        } else if self.checked == 0 {
            exit_code::NOTHING_TO_CHECK
        } else {
            exit_code::CLEAN
        }
    }
}

#[cfg(test)]
mod tests {
    use fence_engine::Config;
    use fence_replay::input;

    use super::*;

    /// The exit code for a file with this text.
    fn code(text: &str, fail_on: FailOn) -> u8 {
        let mut tally = Tally::new(fail_on);
        let sink = &mut |item: Item| tally.item(&item);
        match input::read("file", text.as_bytes(), Config::STRICT, &mut |_| {}, sink) {
            Ok(summary) => tally.end_of_file(&summary),
            Err(_) => tally.unread(),
        }
        tally.exit_code()
    }

    const ALL: [FailOn; 4] = [FailOn::Error, FailOn::Warning, FailOn::Note, FailOn::Never];

    fn codes(text: &str) -> [u8; 4] {
        ALL.map(|fail_on| code(text, fail_on))
    }

    /// wait-in-section is a warning for a fence that is not the section's own.
    const WARNING: &str = "thread t\n begin_signalling\n wait G\n signal F\n end_signalling\n";
    /// A signal outside any section is a note.
    const NOTE: &str = "thread t\n signal F\n";

    #[test]
    fn without_an_expectation_the_level_decides() {
        assert_eq!(codes(&format!("pattern p\n{WARNING}")), [0, 1, 1, 0]);
        assert_eq!(codes(&format!("pattern p\n{NOTE}")), [0, 0, 1, 0]);
    }

    #[test]
    fn with_an_expectation_it_decides() {
        assert_eq!(
            codes(&format!("pattern p\nexpect wait-in-section\n{WARNING}")),
            [0; 4]
        );
        assert_eq!(
            codes(&format!("pattern p\nexpect clean\n{WARNING}")),
            [1, 1, 1, 0]
        );
        assert_eq!(
            codes(&format!("pattern p\nexpect lock-order-cycle\n{NOTE}")),
            [1, 1, 1, 0]
        );
    }

    #[test]
    fn a_scenario_counts_by_its_findings() {
        let scenario = |operations: &str| {
            format!("{{\"id\":\"x\",\"scenario\":[\"class A\",{operations}]}}\n")
        };
        assert_eq!(codes(&scenario("\"acq A w\",\"acq A w\"")), [1, 1, 1, 0]);
        assert_eq!(codes(&scenario("\"acq A w\",\"rel A\"")), [0; 4]);
    }

    #[test]
    fn what_could_not_be_checked_outranks_what_was_found() {
        let text = format!("pattern p\n{WARNING}pattern q\nthread t\n lokc a mutex\n");
        assert_eq!(codes(&text), [2; 4]);
        assert_eq!(codes("no such thing\n"), [2; 4]);
    }

    #[test]
    fn a_trace_without_any_record_is_nothing_to_check() {
        assert_eq!(
            codes("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:1\n"),
            [3; 4]
        );
    }
}
