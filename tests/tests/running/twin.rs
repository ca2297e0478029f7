//! A running program and its twin on a page: both are run, and must find the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fence_engine::{Config, Finding, Level};
use fence_lockdep::Session;
use fence_replay::{pattern, pattern_events};
use fence_report::{Options, human};

/// How the findings of a bad program are like those of its page. The fixed ones are always the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// All are the same: rule, level, message, cycle, and what each task does in which step.
    All,
    /// Some of the page's are missing, but none of its rules. What is the same but for the function is two findings; a page
    /// has its threads for functions, a program has none.
    Fewer,
}

/// A program with both its versions.
pub(crate) struct Program {
    /// Its file, from the folder of this suite.
    pub(crate) file: &'static str,
    pub(crate) same: Same,
    /// The version that deadlocks, or breaks a contract.
    pub(crate) bad: fn(),
    /// The version that is repaired.
    pub(crate) fixed: fn(),
}

/// The folder of the corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns")
}

/// `RULE/CASE.rs` of a path that ends so.
fn in_corpus(file: &str) -> String {
    let file = file.replace('\\', "/");
    let inside = file.rsplit_once("/patterns/").map(|(_, inside)| inside);
    inside.unwrap_or(&file).to_owned()
}

impl Program {
    /// Its file in the corpus.
    pub(crate) fn file(&self) -> String {
        in_corpus(self.file)
    }

    /// Runs both versions, compares them with the page, and the report with what it was.
    pub(crate) fn check(&self) {
        let page = corpus().join(self.file()).with_extension("fence");
        let page = pattern::parse_bytes(&std::fs::read(page).expect("a page beside the program"));
        let [bad, fixed] = &page.patterns[..] else {
            panic!("a page has two patterns");
        };
        let found = compare(bad, self.bad, self.same);
        assert!(!found.is_empty(), "nothing is found in the bad program");
        let left = compare(fixed, self.fixed, Same::All);
        let clean = left.iter().all(|finding| finding.level == Level::Note);
        assert!(clean, "the fixed program has more than notes");
        self.snapshot(&found);
    }

    /// The reports as a person reads them, with the lines of the program.
    fn snapshot(&self, found: &[Finding]) {
        let file = self.file();
        let source = std::fs::read_to_string(corpus().join(&file)).expect("the program");
        let line = |name: &str, line: u32| {
            let index = line.checked_sub(1)? as usize;
            (name == file).then(|| source.lines().nth(index))?
        };
        let options = Options {
            color: false,
            sources: Some(&line),
        };
        let reports: Vec<String> = found
            .iter()
            .map(|finding| human::render(&placed_in_corpus(finding), &options))
            .collect();
        let (rule, case) = file.split_once('/').expect("a folder for each rule");
        insta::with_settings!({
            snapshot_path => rule,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(case.trim_end_matches(".rs"), reports.join("\n"));
        });
    }
}

/// Runs a program and plays its page. Gives what the program finds.
fn compare(page: &pattern::Pattern, run: fn(), same: Same) -> Vec<Finding> {
    let session = Session::new().closed();
    session.run(run);
    let found = session.findings();
    let twin = pattern_events::run(page, "twin.fence", Config::STRICT).findings;
    let (program, page_says) = (outlines(&found), outlines(&twin));
    let alike = match same {
        Same::All => program == page_says,
        Same::Fewer => {
            let known = program.iter().all(|finding| page_says.contains(finding));
            known && rules(&found) == rules(&twin)
        }
    };
    assert!(
        alike,
        "`{}` differs\n--- the program:\n{}\n--- the page:\n{}",
        page.id.as_ref().map_or("", |id| id.as_str()),
        program.join("\n"),
        page_says.join("\n")
    );
    found
}

/// What is compared of each finding, in an order that says nothing of when it was found.
fn outlines(findings: &[Finding]) -> Vec<String> {
    let outline = |finding: &Finding| {
        let (rule, level, message) = (finding.rule.id, finding.level, finding.message());
        let head = format!("{rule} {level}: {message}");
        let cycle = format!("  cycle: {}", finding.cycle.join(" -> "));
        let steps = finding.steps.iter().map(|step| {
            let who = worker(&step.who);
            format!("  {}. {} {who}: {:?}", step.step, step.task, step.action)
        });
        let lines: Vec<String> = [head, cycle].into_iter().chain(steps).collect();
        lines.join("\n")
    };
    let mut outlines: Vec<String> = findings.iter().map(outline).collect();
    outlines.sort();
    outlines
}

/// The rules that have fired.
fn rules(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

/// The name of a task. Workers are numbered on a page, and called after their queues in a program.
fn worker(name: &str) -> &str {
    if name.starts_with("kworker") {
        "kworker"
    } else {
        name
    }
}

/// The finding with its files named as they stand in the corpus, wherever the compiler was started.
fn placed_in_corpus(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    let steps = finding.steps.iter_mut().map(|step| &mut step.place);
    for place in steps.chain([&mut finding.place]) {
        place.file = in_corpus(&place.file);
    }
    finding
}
