//! Recordings that are made while they are read, so that a long one needs no memory of its own; and what reading one
//! amounts to.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use fence_engine::{Config, Finding, Level};
use fence_replay::input::{self, InputError, Item};

/// Two classes and a dependency, as `/proc/lockdep` prints them.
pub(crate) const PROC_LOCKDEP: &str = "all lock classes:\n\
    ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: &gpu->submit_lock\n \
    -> [ffffffff82024000] dma_fence_map\n\n\
    ffffffff82024000 FD:    1 BD:    2 ++++: dma_fence_map\n\n";

/// A file of the project, named from the folder `tests/`.
pub(crate) fn data(path: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the project")
}

/// A source of lines: `line` gives the one with that number, from 0, until there is none.
pub(crate) struct Lines<F> {
    line: F,
    number: u64,
    pending: String,
    given: usize,
}

/// The lines that `line` gives.
pub(crate) fn lines<F: FnMut(u64) -> Option<String>>(line: F) -> Lines<F> {
    Lines {
        line,
        number: 0,
        pending: String::new(),
        given: 0,
    }
}

impl<F: FnMut(u64) -> Option<String>> Read for Lines<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.pending.len() {
            self.pending = (self.line)(self.number).unwrap_or_default();
            self.given = 0;
            self.number += 1;
        }
        let rest = &self.pending.as_bytes()[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

/// A trace of `count` events behind a header: `event` gives the task's id and what stands behind the columns.
pub(crate) fn trace(count: u64, event: impl Fn(u64) -> (u64, String)) -> impl Read {
    lines(move |number| match number.checked_sub(1) {
        None => Some("# tracer: nop\n".to_owned()),
        Some(number) => (number < count).then(|| {
            let (task, text) = event(number);
            format!("            task-{task} [000] ..... {number}.000000: {text}\n")
        }),
    })
}

/// What reading a file amounted to. Of problems only the first are kept, so that keeping them does not count as memory
/// of the reader.
#[derive(Default)]
pub(crate) struct Seen {
    /// Line, column and text of the first problems.
    pub(crate) problems: Vec<(u64, u64, String)>,
    /// How many problems there were.
    pub(crate) problem_count: u64,
    /// The last problem.
    pub(crate) last: String,
    /// Names of the rules, in the order of the findings of traces, patterns and scenarios.
    pub(crate) rules: Vec<&'static str>,
    /// Names of the patterns and scenarios that were run.
    pub(crate) ran: Vec<String>,
    /// Lines read, or why nothing was.
    pub(crate) lines: Option<Result<u64, InputError>>,
}

/// Reads `source` as the command line does.
pub(crate) fn read(source: impl Read, config: Config) -> Seen {
    let mut seen = Seen::default();
    let mut sink = |item| match item {
        Item::Problem {
            line,
            column,
            message,
        } => {
            seen.problem_count += 1;
            if seen.problems.len() < 200 {
                seen.problems.push((line, column, message));
            } else {
                seen.last = message;
            }
        }
        Item::Finding(finding) => note(&mut seen.rules, &[*finding]),
        Item::Pattern { id, outcome, .. } => {
            seen.ran.push(id);
            note(&mut seen.rules, &outcome.findings);
        }
        Item::Scenario { id, outcome, .. } => {
            seen.ran.push(id);
            note(&mut seen.rules, &outcome.findings);
        }
        other => panic!("an item this test does not know: {other:?}"),
    };
    let result = input::read("bad", source, config, &mut |_| {}, &mut sink);
    seen.lines = Some(result.map(|summary| summary.lines));
    seen
}

fn note(rules: &mut Vec<&'static str>, findings: &[Finding]) {
    let serious = findings
        .iter()
        .filter(|finding| finding.level >= Level::Warning);
    rules.extend(serious.map(|finding| finding.rule.name));
}

impl Seen {
    /// Lines that were read.
    pub(crate) fn line_count(&self) -> u64 {
        match &self.lines {
            Some(Ok(lines)) => *lines,
            other => panic!("the file was not read: {other:?}"),
        }
    }

    /// The texts of the problems about the whole file.
    pub(crate) fn limits(&self) -> Vec<&str> {
        self.problems
            .iter()
            .filter(|problem| problem.0 == 0)
            .map(|problem| problem.2.as_str())
            .collect()
    }
}
