//! A report while its lines come in: what each one adds.

use super::edge::{ListEntry, Lists};
use super::finish::finish;
use super::frame::{Stack, Symbol};
use super::joiner::Joined;
use super::report::{ChainEntry, HeldLock, LockClass, LockRef, Task, UsageRecord};
use super::statement::{Became, Statement, statement, task};
use super::{Kind, Problem, ProblemKind, Report, lock_text};
use crate::proc_lockdep::UsageBit;

/// More entries than any list of a report has.
const MAX_ENTRIES: usize = 4096;
/// More locks than a task can hold (`MAX_LOCK_DEPTH` is 48).
const MAX_HELD: usize = 64;
/// Problems that are kept of one report.
const MAX_PROBLEMS: usize = 16;

/// A report that is being read.
#[derive(Debug)]
pub(super) struct Building {
    report: Report,
    lists: Lists,
    list: Option<List>,
    expect: Expect,
    /// The class that the report spoke of last.
    subject: Option<LockClass>,
    /// The stack trace that is being read, and whose it is.
    stack: Option<(Owner, Stack)>,
    /// Whether the list of held locks has been seen, and whether it is being read.
    held_seen: bool,
    in_held: bool,
    ended: bool,
}

/// What the next lock or name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Nothing,
    Lock,
    Holding,
    Subject,
    NestLock,
}

/// Which list of dependencies is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Safe,
    Unsafe,
    Shortest,
}

/// What the place of a stack trace belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Chain(usize),
    Usage(usize),
    List(List, usize),
    /// The report's own lock, of a release.
    Lock,
}

impl Building {
    pub(super) fn new(kind: Kind, headline: &Joined) -> Self {
        let ender = headline.text.trim_ascii();
        let ender = ender
            .strip_prefix(b"WARNING: ")
            .and_then(|text| text.strip_suffix(b" still has locks held!"));
        Building {
            report: Report {
                line: headline.line,
                kind,
                task: ender.and_then(task),
                irq_state: None,
                lock: None,
                holding: None,
                nest_lock: None,
                chain: Vec::new(),
                held: Vec::new(),
                usage: Vec::new(),
                transition: None,
                context: None,
                edges: Vec::new(),
                problems: Vec::new(),
            },
            lists: Lists::default(),
            list: None,
            expect: Expect::Nothing,
            subject: None,
            stack: None,
            held_seen: false,
            in_held: false,
            ended: false,
        }
    }

    /// Takes the next line.
    pub(super) fn add(&mut self, joined: &Joined) {
        let Joined { line, text } = joined;
        if self.ended {
            return;
        }
        if let Some(statement) = statement(text) {
            self.settle();
            self.in_held = false;
            self.expect = Expect::Nothing;
            self.state(*line, statement);
            return;
        }
        if let Some((_, stack)) = &mut self.stack
            && stack.frame(text)
        {
            return;
        }
        if self.in_held
            && let Some((index, lock)) = lock_text::held(*line, text)
        {
            if self.report.held.len() < MAX_HELD {
                self.report.held.push(HeldLock { index, lock });
            } else {
                self.problem(*line, ProblemKind::TooMany);
            }
            return;
        }
        self.expected(*line, text);
    }

    /// Takes a line that only its predecessors explain. Lines of other CPUs may come in between, so
    /// one that does not fit is passed over; what stays missing shows in the end.
    fn expected(&mut self, line: u64, text: &[u8]) {
        let found = match self.expect {
            Expect::Nothing => false,
            Expect::Lock => {
                let lock = lock_text::lock(line, text);
                self.subject = lock.as_ref().map(|lock| lock.class.clone());
                self.report.lock = lock;
                self.report.lock.is_some()
            }
            Expect::Holding => {
                self.report.holding = lock_text::lock(line, text);
                self.report.holding.is_some()
            }
            Expect::Subject => {
                self.subject = lock_text::class(text).map(|(class, _, _)| class);
                self.subject.is_some()
            }
            Expect::NestLock => {
                let name = text.trim_ascii();
                self.report.nest_lock = (!name.is_empty()).then(|| lock_text::named(name));
                self.report.nest_lock.is_some()
            }
        };
        if found {
            self.expect = Expect::Nothing;
        }
    }

    fn state(&mut self, line: u64, statement: Statement) {
        let report = &mut self.report;
        match statement {
            Statement::Acquiring(task, irq_state) => {
                set_task(&mut report.task, task);
                report.irq_state = report.irq_state.or(irq_state);
                self.expect = Expect::Lock;
            }
            Statement::Releasing(task, class) => {
                set_task(&mut report.task, task);
                report.lock = Some(LockRef {
                    addr: None,
                    class,
                    at: None,
                    line,
                });
                self.stack = Some((Owner::Lock, Stack::default()));
            }
            Statement::Leaving(task) => set_task(&mut report.task, task),
            Statement::Task(task) => set_task(&mut report.task, Some(task)),
            Statement::Holding => self.expect = Expect::Holding,
            Statement::Connects => {
                self.subject = None;
                self.expect = Expect::Subject;
            }
            Statement::TookAnother => self.lists.took_another = true,
            Statement::TakenByAnother => self.lists.took_another = false,
            Statement::NotHolding => self.expect = Expect::NestLock,
            Statement::Transition(from, to) => report.transition = Some((from, to)),
            Statement::Context(context) => report.context = Some(context),
            Statement::Registered(bit) => {
                let class = report.lock.as_ref().map(|lock| lock.class.clone());
                self.usage(line, class, bit);
            }
            Statement::Became(became) => {
                let class = self.subject.clone();
                let bit = match became {
                    Became::Safe(bit) => Some(bit),
                    Became::Unsafe([write, read]) => {
                        let usage = class.as_ref().and_then(|class| class.usage);
                        let has = |bit| usage.is_some_and(|usage| usage.contains(bit));
                        match (has(write), has(read)) {
                            (true, false) => Some(write),
                            (false, true) => Some(read),
                            _ => None,
                        }
                    }
                };
                self.usage(line, class, bit);
            }
            Statement::UsageAt(bit) => {
                if self.list.is_some() {
                    let class = self.subject.clone();
                    self.usage(line, class, bit);
                }
            }
            Statement::Chain(index, class) => self.chain(line, index, class),
            Statement::SafeList => self.list = Some(List::Safe),
            Statement::UnsafeList => self.list = Some(List::Unsafe),
            Statement::ShortestList => self.list = Some(List::Shortest),
            Statement::ListEntry(class) => self.list_entry(line, class),
            Statement::AcquiredAt => {
                if let Some(list) = self.list {
                    let length = self.entries(list).len();
                    if let Some(last) = length.checked_sub(1) {
                        self.stack = Some((Owner::List(list, last), Stack::default()));
                    }
                }
            }
            Statement::Held(task) => {
                let ours = task.is_some() && (report.task == task || report.task.is_none());
                if ours && !self.held_seen {
                    set_task(&mut report.task, task);
                    self.held_seen = true;
                    self.in_held = true;
                }
            }
            Statement::NothingHeld | Statement::Other => {}
            // Of a missing nest lock the kernel prints its backtrace first and goes on.
            Statement::End => self.ended = report.kind != Kind::NestLockNotHeld,
        }
    }

    fn chain(&mut self, line: u64, index: u32, class: LockClass) {
        if self.report.chain.len() >= MAX_ENTRIES {
            self.problem(line, ProblemKind::TooMany);
            return;
        }
        self.stack = Some((Owner::Chain(self.report.chain.len()), Stack::default()));
        self.report.chain.push(ChainEntry {
            index,
            class,
            acquired_at: None,
            line,
        });
    }

    fn list_entry(&mut self, line: u64, class: LockClass) {
        let Some(list) = self.list else {
            return;
        };
        self.subject = Some(class.clone());
        if self.entries(list).len() >= MAX_ENTRIES {
            self.problem(line, ProblemKind::TooMany);
            return;
        }
        self.entries(list).push(ListEntry {
            class,
            acquired_at: None,
        });
    }

    fn usage(&mut self, line: u64, class: Option<LockClass>, bit: Option<UsageBit>) {
        if self.report.usage.len() >= MAX_ENTRIES {
            self.problem(line, ProblemKind::TooMany);
            return;
        }
        self.stack = Some((Owner::Usage(self.report.usage.len()), Stack::default()));
        self.report.usage.push(UsageRecord {
            class,
            bit,
            registered_at: None,
            line,
        });
    }

    /// Gives the place of the stack trace that is over to its owner.
    fn settle(&mut self) {
        let Some((owner, stack)) = self.stack.take() else {
            return;
        };
        let Some(symbol) = stack.symbol() else {
            return;
        };
        let place: Option<&mut Option<Symbol>> = match owner {
            Owner::Chain(index) => self
                .report
                .chain
                .get_mut(index)
                .map(|entry| &mut entry.acquired_at),
            Owner::Usage(index) => self
                .report
                .usage
                .get_mut(index)
                .map(|entry| &mut entry.registered_at),
            Owner::List(list, index) => self
                .entries(list)
                .get_mut(index)
                .map(|entry| &mut entry.acquired_at),
            Owner::Lock => self.report.lock.as_mut().map(|lock| &mut lock.at),
        };
        if let Some(place) = place {
            *place = Some(symbol);
        }
    }

    fn entries(&mut self, list: List) -> &mut Vec<ListEntry> {
        match list {
            List::Safe => &mut self.lists.safe,
            List::Unsafe => &mut self.lists.unsafe_,
            List::Shortest => &mut self.lists.shortest,
        }
    }

    fn problem(&mut self, line: u64, kind: ProblemKind) {
        if self.report.problems.len() < MAX_PROBLEMS {
            self.report.problems.push(Problem { line, kind });
        }
    }

    /// Gives the report.
    pub(super) fn finish(mut self) -> Report {
        self.settle();
        finish(self.report, &self.lists)
    }
}

/// Keeps the first task that a report names.
fn set_task(known: &mut Option<Task>, task: Option<Task>) {
    if known.is_none() {
        *known = task;
    }
}
