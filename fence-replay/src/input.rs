//! One door for every kind of recording: tells by content what a file is, reads it, and hands out what it says.
//!
//! Memory is bounded for scenarios, traces and logs, whatever their length; patterns are read whole, up to
//! [`MAX_PATTERN_BYTES`].

mod trace;

use std::io::{self, Cursor, Read};

use fence_engine::{Config, Engine, Finding};

use crate::lines::LineReader;
use crate::pattern_events::PatternOutcome;
use crate::scenario::{Outcome, Scenario};
use crate::tracefs::Refusal;
use crate::{pattern, pattern_events, proc_lockdep, splat, tracefs};

/// The largest file of patterns that is read.
pub const MAX_PATTERN_BYTES: u64 = 256 << 20;

/// How much of a file is looked at to tell what it is.
const HEAD: u64 = 64 << 10;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Scenarios, a JSON object a line.
    Scenarios,
    /// Deadlock patterns.
    Patterns,
    /// Text of a kernel trace.
    Trace,
    /// A kernel log, with or without lockdep reports.
    Log,
    /// `/proc/lockdep` or `/proc/lockdep_chains`.
    ProcLockdep,
    /// A class graph.
    Graph,
}

/// Something a file says, as soon as it is known.
#[derive(Debug)]
#[non_exhaustive]
pub enum Item {
    /// A scenario was run.
    Scenario {
        /// Its name.
        id: String,
        /// Its line in the file.
        line: u64,
        /// What became of it.
        outcome: Outcome,
        /// The engine it ran on, for its graph.
        engine: Box<Engine>,
    },
    /// A pattern was run.
    Pattern {
        /// Its name, empty if it has none.
        id: String,
        /// Its line in the file.
        line: u64,
        /// What became of it.
        outcome: PatternOutcome,
        /// The engine it ran on, for its graph.
        engine: Box<Engine>,
    },
    /// A finding in a recording.
    Finding(Box<Finding>),
    /// Something that was not understood, or cannot be told from this file. It cost its own record only.
    Problem {
        /// 1-based line, 0 if it is about the whole file.
        line: u64,
        /// 1-based column, 0 if unknown.
        column: u64,
        /// What is wrong.
        message: String,
    },
}

impl Item {
    /// A problem of a file as a whole, such as a limit that was reached somewhere in it.
    #[must_use]
    pub fn of_file(message: impl Into<String>) -> Self {
        Self::Problem {
            line: 0,
            column: 0,
            message: message.into(),
        }
    }
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A trace in a form that cannot be read.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing that is known.
    #[error("this is no scenario, pattern, kernel trace, lockdep report or class graph")]
    Unknown,
    /// A file that is read elsewhere.
    #[error("this is {what}; {instead}")]
    Elsewhere {
        /// What it is.
        what: &'static str,
        /// The command that reads it.
        instead: &'static str,
    },
}

/// What reading a file amounted to.
#[derive(Debug)]
pub struct Summary {
    /// What it was.
    pub kind: Kind,
    /// Lines read.
    pub lines: u64,
    /// Scenarios or patterns run, or records of a trace that say something about a lock, a fence or work.
    pub checked: u64,
    /// Scenarios or patterns of which something was not understood; a trace is full of things that concern nobody.
    pub unchecked: u64,
    /// The engine of a recording, for its graph; scenarios and patterns have one each, see [`Item`].
    pub engine: Option<Box<Engine>>,
}

/// Tells what a file is from its first bytes; some KiB are enough.
///
/// # Errors
/// [`InputError::Refused`] for traces that cannot be read, [`InputError::Unknown`] for anything else unknown.
pub fn detect(head: &[u8]) -> Result<Kind, InputError> {
    if head.starts_with(b"FGRAPH") {
        return Ok(Kind::Graph);
    }
    let text = head.trim_ascii_start();
    if text.starts_with(b"{") {
        return Ok(Kind::Scenarios);
    }
    if is_pattern(head) {
        return Ok(Kind::Patterns);
    }
    if tracefs::sniff(head)?.is_some() {
        return Ok(Kind::Trace);
    }
    if proc_lockdep::sniff(head).is_some() {
        return Ok(Kind::ProcLockdep);
    }
    if splat::is_log(head) || head.split(|&byte| byte == b'\n').any(splat::is_report) {
        return Ok(Kind::Log);
    }
    Err(InputError::Unknown)
}

/// Whether the first statement is one of the pattern language.
fn is_pattern(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let statements = head
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let first = statements
        .into_iter()
        .find(|line| !line.starts_with(b"#"))
        .unwrap_or_default();
    let mut words = first.split(u8::is_ascii_whitespace);
    let opens = matches!(
        words.next(),
        Some(b"pattern" | b"title" | b"expect" | b"thread" | b"fence" | b"order" | b"workqueue")
    );
    opens && words.next().is_some_and(|word| !word.is_empty())
}

/// Reads `source`, which is called `name` in all places, and hands every item to `sink`. `progress` is told the bytes
/// read so far, now and then.
///
/// # Errors
/// [`InputError`] if nothing of it could be read; what is wrong with a part is an [`Item::Problem`].
pub fn read(
    name: &str,
    mut source: impl Read,
    config: Config,
    progress: &mut dyn FnMut(u64),
    sink: &mut dyn FnMut(Item),
) -> Result<Summary, InputError> {
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    let kind = detect(&head)?;
    let source = Cursor::new(head).chain(source);
    match kind {
        Kind::Scenarios => scenarios(source, config, progress, sink),
        Kind::Patterns => patterns(name, source, config, sink),
        Kind::Trace => trace::read(name, source, config, progress, sink),
        Kind::Log | Kind::ProcLockdep | Kind::Graph => Err(InputError::Elsewhere {
            what: match kind {
                Kind::Log => "a kernel log",
                Kind::Graph => "a class graph",
                _ => "a lockdep file of /proc",
            },
            instead: "read it with `cargo fence graph merge`",
        }),
    }
}

fn scenarios(
    source: impl Read,
    config: Config,
    progress: &mut dyn FnMut(u64),
    sink: &mut dyn FnMut(Item),
) -> Result<Summary, InputError> {
    let mut reader = LineReader::new(source);
    let (mut lines, mut checked, mut unchecked) = (0, 0, 0);
    while let Some(line) = reader.next_line()? {
        lines = line.number;
        if line.bytes.trim_ascii().is_empty() {
            continue;
        }
        let problem = |column: usize, message: String| Item::Problem {
            line: line.number,
            column: column as u64,
            message,
        };
        if line.cut {
            unchecked += 1;
            sink(problem(
                0,
                format!(
                    "a scenario of more than {} bytes",
                    crate::lines::MAX_LINE_BYTES
                ),
            ));
            continue;
        }
        match Scenario::parse(line.bytes) {
            Ok(scenario) => match scenario.run_to_engine(config) {
                Ok((outcome, engine)) => {
                    checked += 1;
                    for limit in engine.limits_reached() {
                        sink(Item::of_file(format!("line {}: {limit}", line.number)));
                    }
                    sink(Item::Scenario {
                        id: scenario.id,
                        line: line.number,
                        outcome,
                        engine: Box::new(engine),
                    });
                }
                Err(error) => {
                    unchecked += 1;
                    sink(problem(0, error.to_string()));
                }
            },
            Err(error) => {
                unchecked += 1;
                sink(problem(error.column(), error.to_string()));
            }
        }
        if lines % 1024 == 0 {
            progress(reader.consumed());
        }
    }
    Ok(Summary {
        kind: Kind::Scenarios,
        lines,
        checked,
        unchecked,
        engine: None,
    })
}

fn patterns(
    name: &str,
    source: impl Read,
    config: Config,
    sink: &mut dyn FnMut(Item),
) -> Result<Summary, InputError> {
    let (mut text, mut unchecked) = (Vec::new(), 0);
    source.take(MAX_PATTERN_BYTES + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_PATTERN_BYTES {
        let message =
            format!("a pattern file of more than {MAX_PATTERN_BYTES} bytes; the rest is not read");
        sink(Item::of_file(message));
        text.truncate(MAX_PATTERN_BYTES as usize);
        unchecked += 1;
    }
    let lines =
        memchr::memchr_iter(b'\n', &text).count() as u64 + u64::from(!text.ends_with(b"\n"));
    let file = pattern::parse_bytes(&text);
    for problem in file.all_problems() {
        let (line, column) = (problem.pos.line.into(), problem.pos.column.into());
        sink(Item::Problem {
            line,
            column,
            message: problem.kind.to_string(),
        });
    }
    let flawed = file
        .patterns
        .iter()
        .filter(|pattern| !pattern.problems.is_empty());
    unchecked += (file.problems.len() + flawed.count()) as u64;
    let mut checked = 0;
    for pattern in file.patterns.iter().filter(|pattern| pattern.is_usable()) {
        checked += 1;
        let (outcome, engine) = pattern_events::run_to_engine(pattern, name, config);
        for limit in engine.limits_reached() {
            sink(Item::of_file(format!("line {}: {limit}", pattern.line)));
        }
        let id = pattern
            .id
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        sink(Item::Pattern {
            id,
            line: pattern.line.into(),
            outcome,
            engine: Box::new(engine),
        });
    }
    Ok(Summary {
        kind: Kind::Patterns,
        lines,
        checked,
        unchecked,
        engine: None,
    })
}
