//! A whole `/proc/lockdep` or `/proc/lockdep_chains`, collected.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::{ClassName, Entry, IrqContext, Parser, Problem, ProblemKind, Source, Usage};
use crate::lines::LineReader;

/// More classes than any kernel has (`MAX_LOCKDEP_KEYS` is 8,192).
const MAX_CLASSES: usize = 1 << 16;
/// More dependencies, and more locks in chains, than any kernel is built for.
const MAX_LINKS: usize = 1 << 22;
/// Longest name that is kept, in bytes; the kernel's symbols end at 512.
const MAX_NAME_BYTES: usize = 1024;
/// Problems that are kept; a file with more is something else.
const MAX_PROBLEMS: usize = 1000;

/// What one of the two files says.
///
/// Memory is bounded whatever the file holds: what exceeds every kernel's own limits is left out and
/// reported as [`ProblemKind::TooMany`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Which file it is; `None` if it is neither.
    pub source: Option<Source>,
    /// The classes, in the file's order; of the chains file those that occur in a chain, in the order
    /// of their first occurrence, without numbers and usage.
    pub classes: Vec<Class>,
    /// The direct dependencies of `/proc/lockdep`, in the file's order.
    pub dependencies: Vec<Dependency>,
    /// The chains of `/proc/lockdep_chains`, in the file's order.
    pub chains: Vec<Chain>,
    /// Whether the kernel said that it ran out of room for chains.
    pub incomplete: bool,
    /// Lines that could not be read; the first 1,000.
    pub problems: Vec<Problem>,
    /// Locks in all chains.
    links: usize,
}

/// A lock class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its key: tells classes apart, hashed or not.
    pub key: u64,
    /// The name of its locks, without version and subclass; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// Which class of this name it is, from 2; `None` for the first.
    pub version: Option<u32>,
    /// The subclass, 0 to 7.
    pub subclass: u8,
    /// How often its locks were taken, if counted.
    pub ops: Option<u64>,
    /// Irq contexts in which its locks were taken, if shown.
    pub usage: Option<Usage>,
    /// Line of the file that showed it first.
    pub line: u64,
}

/// `to` was taken while `from` was held, with no other lock taken in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dependency {
    /// Key of the class that was held.
    pub from: u64,
    /// Key of the class that was taken; its own line may come later.
    pub to: u64,
    /// Line of the file.
    pub line: u64,
}

/// Classes that were held together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// In which interrupt context.
    pub context: IrqContext,
    /// Keys of the classes, oldest first.
    pub classes: Vec<u64>,
    /// Line of the file at which the chain starts.
    pub line: u64,
}

impl Chain {
    /// The one dependency that the chain shows: its last class was taken while the one before it was
    /// held, by an acquisition that was checked and could block.
    ///
    /// It is one to lockdep too unless the class before is of those that are never checked, such as
    /// `rcu_read_lock`.
    pub fn dependency(&self) -> Option<(u64, u64)> {
        match *self.classes.as_slice() {
            [.., from, to] => Some((from, to)),
            _ => None,
        }
    }
}

impl Snapshot {
    /// Reads a whole file.
    ///
    /// # Errors
    /// Those of the source. Lines that cannot be read are in [`Snapshot::problems`].
    pub fn read(source: impl Read) -> io::Result<Self> {
        let mut lines = LineReader::new(source);
        let mut parser = Parser::new();
        let mut snapshot = Snapshot::default();
        let mut current = None;
        let mut known = BTreeSet::new();
        while let Some(line) = lines.next_line()? {
            let number = line.number;
            let outcome = match parser.line(&line) {
                Some(Ok(entry)) => snapshot.add(number, entry, &mut current, &mut known),
                Some(Err(problem)) => Err(problem),
                None => Ok(()),
            };
            if let Err(problem) = outcome {
                let stop = problem.kind == ProblemKind::TooMany;
                if stop || snapshot.problems.len() < MAX_PROBLEMS {
                    snapshot.problems.push(problem);
                }
                if stop {
                    break;
                }
            }
        }
        snapshot.source = parser.source();
        snapshot.incomplete = parser.incomplete();
        Ok(snapshot)
    }

    fn add(
        &mut self,
        line: u64,
        entry: Entry<'_>,
        current: &mut Option<u64>,
        known: &mut BTreeSet<u64>,
    ) -> Result<(), Problem> {
        let fail = |kind| {
            Err(Problem {
                line,
                column: 1,
                kind,
            })
        };
        if self.classes.len() >= MAX_CLASSES
            || self.dependencies.len() >= MAX_LINKS
            || self.links + self.chains.len() >= MAX_LINKS
        {
            return fail(ProblemKind::TooMany);
        }
        match entry {
            Entry::Class {
                key,
                ops,
                usage,
                name,
                ..
            } => {
                self.class(line, key, name, ops, usage);
                *current = Some(key);
            }
            Entry::Dependency { key: to, .. } => {
                let Some(from) = *current else {
                    return fail(ProblemKind::NoClass);
                };
                self.dependencies.push(Dependency { from, to, line });
            }
            Entry::Chain(context) => self.chains.push(Chain {
                context,
                classes: Vec::new(),
                line,
            }),
            Entry::ChainLock { key, name } => {
                let Some(chain) = self.chains.last_mut() else {
                    return fail(ProblemKind::NoChain);
                };
                chain.classes.push(key);
                self.links += 1;
                if known.insert(key) {
                    self.class(line, key, name, None, None);
                }
            }
        }
        Ok(())
    }

    fn class(
        &mut self,
        line: u64,
        key: u64,
        name: ClassName<'_>,
        ops: Option<u64>,
        usage: Option<Usage>,
    ) {
        let base = &name.base[..name.base.len().min(MAX_NAME_BYTES)];
        self.classes.push(Class {
            key,
            name: String::from_utf8_lossy(base).into_owned(),
            version: name.version,
            subclass: name.subclass,
            ops,
            usage,
            line,
        });
    }
}
