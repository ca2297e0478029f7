//! The tree of a pattern file: patterns, their declarations, threads and operations, each with its position.
//!
//! Not here: reading, printing, and the operations' own types.

use super::line::MAX_LINE;
use super::name::Name;
use super::operand::Workqueue;
use super::operation::OpKind;
use super::problem::{Pos, Problem};
use super::vocabulary::Context;

/// What was understood of a pattern file, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// The patterns, in the order they stand, the unusable ones among them.
    pub patterns: Vec<Pattern>,
    /// The problems that belong to no pattern; those of a pattern are in [`Pattern::problems`].
    pub problems: Vec<Problem>,
}

impl File {
    /// Every problem of the file and of its patterns, in the order of their positions.
    pub fn all_problems(&self) -> Vec<&Problem> {
        let of_patterns = self.patterns.iter().flat_map(|pattern| &pattern.problems);
        let mut all: Vec<&Problem> = self.problems.iter().chain(of_patterns).collect();
        all.sort_by_key(|problem| problem.pos);
        all
    }
}

/// One pattern: what several threads do, in order, and what the checker must say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// Its id; none if the file has no `pattern` line, or if that line gives no name.
    pub id: Option<Name>,
    /// What it shows, for a person.
    pub title: Option<Title>,
    /// The line that opens it: the `pattern` line, or its first statement if the file has none.
    pub line: u32,
    /// What the checker must say.
    pub expect: Vec<Expect>,
    /// The declared lock orders.
    pub orders: Vec<Order>,
    /// The declared fences.
    pub fences: Vec<FenceDecl>,
    /// The queues declared before the first thread; one declared in a thread is an [`OpKind::Workqueue`] there.
    pub workqueues: Vec<WorkqueueDecl>,
    /// The threads, in the order they run.
    pub threads: Vec<Thread>,
    /// What is wrong with its lines, in the order of their positions.
    pub problems: Vec<Problem>,
}

impl Pattern {
    /// True if every line was understood; an unusable pattern lacks the lines that were not, and means nothing.
    pub fn is_usable(&self) -> bool {
        self.problems.is_empty()
    }
}

/// The title of a pattern: one or more lines of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Title(Box<str>);

impl Title {
    /// Makes a title of what a `title` line can say.
    ///
    /// From each line of the text, a comment and the blanks around it are removed, and what would pass [`MAX_LINE`];
    /// empty lines are left out. There is no title if nothing remains.
    pub fn new(text: &str) -> Option<Self> {
        let mut lines = String::new();
        for line in text.split('\n') {
            let line = line
                .split_once('#')
                .map_or(line, |(before, _)| before)
                .trim();
            let mut end = line.len().min(MAX_LINE - "title ".len());
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            let line = line[..end].trim_end();
            if !line.is_empty() {
                if !lines.is_empty() {
                    lines.push('\n');
                }
                lines.push_str(line);
            }
        }
        (!lines.is_empty()).then(|| Self(lines.into()))
    }

    /// The whole title, lines separated by `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its lines, none of them empty.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n')
    }
}

/// One thing that an `expect` line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// What is expected.
    pub what: Expectation,
    /// Where the word stands.
    pub pos: Pos,
}

/// What a pattern expects of the checker.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// Neither an error nor a warning.
    Clean,
    /// A finding of the rule with this id or name; whether there is such a rule is not known here.
    Rule(Name),
}

/// `order a > b > c`: a is taken outside b, b outside c.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The classes, the outermost first, at least two and all different.
    pub classes: Vec<Name>,
    /// Where the declaration stands.
    pub pos: Pos,
}

/// `fence F …`: what is known of a fence before the first thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FenceDecl {
    /// The fence.
    pub name: Name,
    /// `context=C`: its timeline; without one it is alone on its own.
    pub context: Option<Name>,
    /// `seqno=N`: its sequence number.
    pub seqno: Option<u32>,
    /// `lock=L`: the lock it shares; without one it has its own.
    pub lock: Option<Name>,
    /// `unbounded`: nobody promises that it signals in bounded time.
    pub unbounded: bool,
    /// Where the declaration stands.
    pub pos: Pos,
}

/// `workqueue Q …` before the first thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkqueueDecl {
    /// The queue and its flags.
    pub queue: Workqueue,
    /// Where the declaration stands.
    pub pos: Pos,
}

/// One thread: a task of its own, which runs to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its name; two threads may share one.
    pub name: Name,
    /// The context it runs in.
    pub context: Context,
    /// The line that opens it.
    pub line: u32,
    /// What it does.
    pub ops: Vec<Op>,
}

/// One operation of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// What it does.
    pub kind: OpKind,
    /// Where its line's first word stands.
    pub pos: Pos,
}
