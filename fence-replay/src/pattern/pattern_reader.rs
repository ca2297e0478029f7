//! Reads the statements of one pattern: each goes to its reader, then to its place in the tree or to the problems.
//!
//! Not here: where a pattern begins and ends in a file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::arguments::Arguments;
use super::check::{Brackets, Locks};
use super::declaration;
use super::line::Word;
use super::name::Name;
use super::operand::Workqueue;
use super::operation::OpKind;
use super::operation_reader;
use super::problem::{Found, Pos, Problem, ProblemKind};
use super::suggestion::closest;
use super::tree::{Expect, Expectation, FenceDecl, Op, Pattern, Title, WorkqueueDecl};

/// The most problems a pattern collects before the rest of it is skipped.
pub const MAX_PROBLEMS: usize = 100;

/// A pattern that is being read.
#[derive(Debug)]
pub(super) struct PatternReader {
    pattern: Pattern,
    /// The text of the title lines so far.
    title: String,
    thread: ThreadState,
    locks: Locks,
    /// The fences and queues that are declared, and where.
    fences: HashMap<Name, u32>,
    queues: HashMap<Name, (Workqueue, u32)>,
    /// True once an operation before the first thread was reported; the rest of them follow from the same mistake.
    strays_reported: bool,
    /// True once there are too many problems to go on.
    full: bool,
}

/// The thread that is being read.
#[derive(Debug)]
enum ThreadState {
    /// None has begun.
    None,
    /// The last one of the pattern.
    Open {
        brackets: Brackets,
        /// True if one of its lines is missing, so that what it opened or closed is unknown.
        has_gaps: bool,
    },
    /// Its `thread` line was not understood, so its operations have no place.
    Lost,
}

impl PatternReader {
    /// A pattern that begins on a line.
    pub(super) fn new(id: Option<Name>, line: u32) -> Self {
        Self {
            pattern: Pattern {
                id,
                line,
                ..Pattern::default()
            },
            title: String::new(),
            thread: ThreadState::None,
            locks: Locks::default(),
            fences: HashMap::new(),
            queues: HashMap::new(),
            strays_reported: false,
            full: false,
        }
    }

    /// True if what follows is no longer looked at.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Keeps a problem; after the last that is kept stands one that says so.
    pub(super) fn problem(&mut self, problem: Problem) {
        if self.full {
            return;
        }
        let pos = problem.pos;
        self.pattern.problems.push(problem);
        if self.pattern.problems.len() == MAX_PROBLEMS {
            self.full = true;
            let kind = ProblemKind::TooMany {
                what: "problems in a pattern",
                limit: MAX_PROBLEMS,
            };
            self.pattern.problems.push(Problem { pos, kind });
        }
        if let ThreadState::Open { has_gaps, .. } = &mut self.thread {
            *has_gaps = true;
        }
    }

    /// Reads a statement; `text` is the whole of it, `head` its first word, `rest` the others.
    pub(super) fn statement<'a>(
        &mut self,
        text: &str,
        line: u32,
        head: Word<'a>,
        rest: &mut Vec<Word<'a>>,
    ) {
        if let Err(problem) = self.read(text, line, head, rest) {
            self.problem(problem);
        }
    }

    /// The pattern, with what only its end can tell.
    pub(super) fn finish(mut self) -> Pattern {
        self.end_thread();
        self.pattern.title = Title::new(&self.title);
        // Stable, so that the word about too many problems stays behind the last of them.
        self.pattern.problems.sort_by_key(|problem| problem.pos);
        self.pattern
    }

    fn read<'a>(
        &mut self,
        text: &str,
        line: u32,
        head: Word<'a>,
        rest: &mut Vec<Word<'a>>,
    ) -> Result<(), Problem> {
        let pos = head.pos(line);
        let arguments = Arguments::new(line, head, rest);
        match head.text {
            "title" => {
                self.title
                    .push_str(text.trim_start().strip_prefix("title").unwrap_or_default());
                self.title.push('\n');
                Ok(())
            }
            "expect" => self.expect(declaration::expect(arguments)?),
            "order" => {
                self.before_threads(head, pos)?;
                self.pattern.orders.push(declaration::order(arguments)?);
                Ok(())
            }
            "fence" => {
                self.before_threads(head, pos)?;
                self.fence(declaration::fence(arguments)?)
            }
            "thread" => self.thread(arguments),
            _ => self.operation(head, pos, arguments),
        }
    }

    fn expect(&mut self, expected: Vec<Expect>) -> Result<(), Problem> {
        for expect in expected {
            let is_clean = |expect: &Expect| expect.what == Expectation::Clean;
            // The list never mixes the two, so its first entry speaks for all.
            let conflict = self
                .pattern
                .expect
                .first()
                .is_some_and(|first| is_clean(first) != is_clean(&expect));
            if conflict {
                return Err(Problem {
                    pos: expect.pos,
                    kind: ProblemKind::CleanAndRules,
                });
            }
            self.pattern.expect.push(expect);
        }
        Ok(())
    }

    fn fence(&mut self, fence: FenceDecl) -> Result<(), Problem> {
        match self.fences.entry(fence.name.clone()) {
            Entry::Occupied(first) => {
                let kind = ProblemKind::DuplicateFence {
                    fence: fence.name,
                    first_line: *first.get(),
                };
                Err(Problem {
                    pos: fence.pos,
                    kind,
                })
            }
            Entry::Vacant(place) => {
                place.insert(fence.pos.line);
                self.pattern.fences.push(fence);
                Ok(())
            }
        }
    }

    fn thread(&mut self, arguments: Arguments<'_, '_>) -> Result<(), Problem> {
        self.end_thread();
        self.thread = ThreadState::Lost;
        self.pattern.threads.push(declaration::thread(arguments)?);
        self.thread = ThreadState::Open {
            brackets: Brackets::default(),
            has_gaps: false,
        };
        Ok(())
    }

    fn end_thread(&mut self) {
        if let ThreadState::Open {
            brackets,
            has_gaps: false,
        } = std::mem::replace(&mut self.thread, ThreadState::None)
        {
            for problem in brackets.end() {
                self.problem(problem);
            }
        }
    }

    fn operation(
        &mut self,
        head: Word<'_>,
        pos: Pos,
        arguments: Arguments<'_, '_>,
    ) -> Result<(), Problem> {
        let Some(kind) = operation_reader::read(arguments) else {
            let known = OpKind::KEYWORDS
                .iter()
                .chain(declaration::DECLARATIONS)
                .copied();
            let kind = ProblemKind::UnknownStatement {
                found: Found::new(head.text),
                suggestion: closest(head.text, known),
            };
            return Err(Problem { pos, kind });
        };
        let kind = kind?;
        if let OpKind::Workqueue(queue) = &kind {
            self.workqueue(queue, pos)?;
        }
        match &mut self.thread {
            ThreadState::Open { brackets, has_gaps } => {
                let closed = brackets.step(&kind, pos);
                if !*has_gaps {
                    closed?;
                }
                self.locks.step(&kind, pos)?;
                if let Some(thread) = self.pattern.threads.last_mut() {
                    thread.ops.push(Op { kind, pos });
                }
                Ok(())
            }
            ThreadState::Lost => Ok(()),
            ThreadState::None => match kind {
                OpKind::Workqueue(queue) => {
                    self.pattern.workqueues.push(WorkqueueDecl { queue, pos });
                    Ok(())
                }
                _ if self.strays_reported => Ok(()),
                _ => {
                    self.strays_reported = true;
                    Err(Problem {
                        pos,
                        kind: ProblemKind::BeforeThread {
                            found: Found::new(head.text),
                        },
                    })
                }
            },
        }
    }

    fn workqueue(&mut self, queue: &Workqueue, pos: Pos) -> Result<(), Problem> {
        let (first, first_line) = self
            .queues
            .entry(queue.name.clone())
            .or_insert_with(|| (queue.clone(), pos.line));
        if first == queue {
            return Ok(());
        }
        let kind = ProblemKind::WorkqueueConflict {
            queue: queue.name.clone(),
            first_line: *first_line,
        };
        Err(Problem { pos, kind })
    }

    fn before_threads(&self, head: Word<'_>, pos: Pos) -> Result<(), Problem> {
        match self.thread {
            ThreadState::None => Ok(()),
            _ => Err(Problem {
                pos,
                kind: ProblemKind::AfterThread {
                    found: Found::new(head.text),
                },
            }),
        }
    }
}
