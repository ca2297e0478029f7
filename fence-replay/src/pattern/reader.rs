//! Reads a file: finds the patterns, sends every statement to its own, and keeps within the limits.
//!
//! Not here: what a statement says.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::arguments::Arguments;
use super::declaration;
use super::line::{Lines, PATTERN, RawLine, Word, split_words};
use super::name::Name;
use super::pattern_reader::PatternReader;
use super::problem::{Found, Pos, Problem, ProblemKind};
use super::tree::File;

/// The most statements that are read of one file; blank lines and comments are none.
///
/// An `expect` or `order` line, which may list any number of names, counts as one for each of them.
pub const MAX_STATEMENTS: usize = 1 << 20;

/// The most patterns that are read of one file.
pub const MAX_PATTERNS: usize = 1 << 16;

/// Reads a pattern file.
///
/// ```
/// use fence_replay::pattern::{OpKind, parse};
///
/// let file = parse("pattern own-wait\nthread t\n  begin_signalling\n  wait F\n  signl F\n");
/// let pattern = &file.patterns[0];
/// assert!(matches!(&pattern.threads[0].ops[1].kind, OpKind::Wait { fence, .. } if fence == "F"));
/// assert!(!pattern.is_usable());
/// assert_eq!(
///     pattern.problems[0].to_string(),
///     "5:3: expected an operation or a declaration, found \"signl\"; did you mean \"signal\"?"
/// );
/// ```
pub fn parse(source: &str) -> File {
    parse_bytes(source.as_bytes())
}

/// Reads a pattern file of which it is not known that it is text.
///
/// Only statements have to be UTF-8; one that is not is a problem that holds the bytes in question.
pub fn parse_bytes(source: &[u8]) -> File {
    let mut reader = Reader::default();
    let mut words = Vec::new();
    for line in Lines::new(source) {
        if reader.line(line, &mut words).is_break() {
            break;
        }
    }
    reader.finish()
}

/// A file that is being read.
#[derive(Debug, Default)]
struct Reader {
    file: File,
    /// The pattern that is being read.
    current: Option<PatternReader>,
    /// True once a `pattern` line was seen; before, `current` may be a pattern that turns out to be none.
    has_pattern_lines: bool,
    /// The first statement before the first `pattern` line.
    stray: Option<Problem>,
    /// The ids so far, and where their patterns begin.
    ids: HashMap<Name, u32>,
    statements: usize,
}

impl Reader {
    fn line<'a>(&mut self, line: RawLine<'a>, words: &mut Vec<Word<'a>>) -> ControlFlow<()> {
        if self.current.as_ref().is_some_and(PatternReader::is_full) && !line.opens_pattern() {
            return ControlFlow::Continue(());
        }
        let pos = Pos {
            line: line.number,
            column: 1,
        };
        let text = match line.statement() {
            Ok(text) => text,
            Err(problem) => {
                self.count(1, line, pos)?;
                if line.opens_pattern() {
                    self.open_pattern(Err(problem), pos)?;
                } else {
                    self.current(pos).problem(problem);
                }
                return ControlFlow::Continue(());
            }
        };
        split_words(text, words);
        if words.is_empty() {
            return ControlFlow::Continue(());
        }
        let head = words.remove(0);
        let pos = head.pos(line.number);
        let weight = match head.text {
            "expect" => words.len().max(1),
            "order" => 1 + memchr::memchr_iter(b'>', text.as_bytes()).count(),
            _ => 1,
        };
        self.count(weight, line, pos)?;
        if head.text == PATTERN {
            return self.open_pattern(
                declaration::pattern(Arguments::new(line.number, head, words)),
                pos,
            );
        }
        if !self.has_pattern_lines && self.stray.is_none() {
            let kind = ProblemKind::OutsidePattern {
                found: Found::new(head.text),
            };
            self.stray = Some(Problem { pos, kind });
        }
        self.current(pos).statement(text, line.number, head, words);
        ControlFlow::Continue(())
    }

    /// The pattern that is being read; a new one without an id if no `pattern` line was seen.
    fn current(&mut self, pos: Pos) -> &mut PatternReader {
        self.current
            .get_or_insert_with(|| PatternReader::new(None, pos.line))
    }

    fn open_pattern(&mut self, id: Result<Name, Problem>, pos: Pos) -> ControlFlow<()> {
        self.close_pattern();
        if self.file.patterns.len() == MAX_PATTERNS {
            let kind = ProblemKind::TooMany {
                what: "patterns in a file",
                limit: MAX_PATTERNS,
            };
            self.file.problems.push(Problem { pos, kind });
            return ControlFlow::Break(());
        }
        let (id, problem) = match id {
            Ok(id) => {
                let first_line = *self.ids.entry(id.clone()).or_insert(pos.line);
                let problem = (first_line != pos.line).then(|| {
                    let id = id.clone();
                    let kind = ProblemKind::DuplicatePattern { id, first_line };
                    Problem { pos, kind }
                });
                (Some(id), problem)
            }
            Err(problem) => (None, Some(problem)),
        };
        self.has_pattern_lines = true;
        let mut pattern = PatternReader::new(id, pos.line);
        if let Some(problem) = problem {
            pattern.problem(problem);
        }
        self.current = Some(pattern);
        ControlFlow::Continue(())
    }

    fn close_pattern(&mut self) {
        let Some(pattern) = self.current.take() else {
            return;
        };
        let pattern = pattern.finish();
        if self.has_pattern_lines {
            self.file.patterns.push(pattern);
        } else {
            // What stood before the first `pattern` line was no pattern: one problem stands for all of it.
            match self.stray.take() {
                Some(problem) => self.file.problems.push(problem),
                None => self.file.problems.extend(pattern.problems),
            }
        }
    }

    /// Counts a line as so many statements, and stops the reading at the limit.
    fn count(&mut self, weight: usize, line: RawLine<'_>, pos: Pos) -> ControlFlow<()> {
        self.statements += weight;
        if self.statements <= MAX_STATEMENTS {
            return ControlFlow::Continue(());
        }
        let kind = ProblemKind::TooMany {
            what: "statements in a file",
            limit: MAX_STATEMENTS,
        };
        let problem = Problem { pos, kind };
        if line.opens_pattern() {
            // The pattern before it is whole; what is lost are the ones from here on.
            self.file.problems.push(problem);
        } else {
            self.current(pos).problem(problem);
        }
        ControlFlow::Break(())
    }

    fn finish(mut self) -> File {
        // A file without any `pattern` line is one pattern, for the caller to name.
        self.has_pattern_lines = true;
        self.close_pattern();
        self.file
    }
}
