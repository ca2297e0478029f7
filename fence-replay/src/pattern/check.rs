//! What the lines of a pattern need of each other: brackets that open and close, locks that keep their kind and class.
//!
//! Not here: anything that takes an engine to know, such as whether a lock is held or a section balanced.

use std::collections::{BTreeMap, HashMap};

use super::name::Name;
use super::operation::OpKind;
use super::problem::{Pos, Problem, ProblemKind};
use super::vocabulary::LockKind;

/// A pair of operations of which the second needs the first on its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bracket {
    Callback,
    Run,
    Timer,
    PmBusy,
}

impl Bracket {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Callback => ("callback", "callback_end"),
            Self::Run => ("run", "done"),
            Self::Timer => ("timer_run", "timer_done"),
            Self::PmBusy => ("pm_busy", "pm_done"),
        }
    }

    /// A work item, a timer's callback and a busy section end with their thread at the latest; a callback runs with a
    /// lock held and has to say where it is released.
    fn must_close(self) -> bool {
        self == Self::Callback
    }
}

/// The brackets that are open on one thread.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    open: BTreeMap<(Bracket, Name), Vec<Pos>>,
}

impl Brackets {
    /// Opens or closes what the operation opens or closes.
    pub(super) fn step(&mut self, op: &OpKind, pos: Pos) -> Result<(), Problem> {
        match op {
            OpKind::Callback { fence } => self.open(Bracket::Callback, fence, pos),
            OpKind::CallbackEnd { fence } => return self.close(Bracket::Callback, fence, pos),
            OpKind::Run { work, .. } => self.open(Bracket::Run, work, pos),
            OpKind::Done { work } => return self.close(Bracket::Run, work, pos),
            OpKind::TimerRun { timer } => self.open(Bracket::Timer, timer, pos),
            OpKind::TimerDone { timer } => return self.close(Bracket::Timer, timer, pos),
            OpKind::PmBusy { resource } => self.open(Bracket::PmBusy, resource, pos),
            OpKind::PmDone { resource } => return self.close(Bracket::PmBusy, resource, pos),
            _ => {}
        }
        Ok(())
    }

    /// What is still open at the end of the thread and should not be.
    pub(super) fn end(self) -> impl Iterator<Item = Problem> {
        let unclosed = self
            .open
            .into_iter()
            .filter(|((bracket, _), _)| bracket.must_close());
        unclosed.flat_map(|((bracket, name), positions)| {
            let (opener, closer) = bracket.words();
            positions.into_iter().map(move |pos| {
                let kind = ProblemKind::NotClosed {
                    opener,
                    closer,
                    name: name.clone(),
                };
                Problem { pos, kind }
            })
        })
    }

    fn open(&mut self, bracket: Bracket, name: &Name, pos: Pos) {
        self.open
            .entry((bracket, name.clone()))
            .or_default()
            .push(pos);
    }

    fn close(&mut self, bracket: Bracket, name: &Name, pos: Pos) -> Result<(), Problem> {
        let opened = self
            .open
            .get_mut(&(bracket, name.clone()))
            .and_then(Vec::pop);
        if opened.is_some() {
            return Ok(());
        }
        let (opener, closer) = bracket.words();
        Err(Problem {
            pos,
            kind: ProblemKind::NotOpened {
                closer,
                opener,
                name: name.clone(),
            },
        })
    }
}

/// What is known of the locks of one pattern.
#[derive(Debug, Default)]
pub(super) struct Locks {
    known: HashMap<Name, KnownLock>,
}

#[derive(Debug)]
struct KnownLock {
    kind: LockKind,
    line: u32,
    /// The class of the first `class=`, and its line.
    class: Option<(Name, u32)>,
}

impl Locks {
    /// Compares what the operation says of a lock with what was said before.
    pub(super) fn step(&mut self, op: &OpKind, pos: Pos) -> Result<(), Problem> {
        match op {
            OpKind::Lock(lock) => {
                self.acquire(&lock.name, lock.kind, lock.options.class.as_ref(), pos)
            }
            OpKind::SpinIrq { lock, options } => {
                self.acquire(lock, LockKind::Spin, options.class.as_ref(), pos)
            }
            OpKind::Init { lock } | OpKind::Free { lock } => {
                // What has this name from here on is another lock.
                self.known.remove(lock);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn acquire(
        &mut self,
        lock: &Name,
        kind: LockKind,
        class: Option<&Name>,
        pos: Pos,
    ) -> Result<(), Problem> {
        let Some(known) = self.known.get_mut(lock) else {
            let class = class.map(|class| (class.clone(), pos.line));
            self.known.insert(
                lock.clone(),
                KnownLock {
                    kind,
                    line: pos.line,
                    class,
                },
            );
            return Ok(());
        };
        if !known.kind.is_same_lock_as(kind) {
            let (first, first_line) = (known.kind, known.line);
            let kind = ProblemKind::LockKindConflict {
                lock: lock.clone(),
                first,
                first_line,
                found: kind,
            };
            return Err(Problem { pos, kind });
        }
        match (&known.class, class) {
            (Some((first, first_line)), Some(found)) if first != found => {
                let kind = ProblemKind::LockClassConflict {
                    lock: lock.clone(),
                    first: first.clone(),
                    first_line: *first_line,
                    found: found.clone(),
                };
                return Err(Problem { pos, kind });
            }
            (None, Some(found)) => known.class = Some((found.clone(), pos.line)),
            _ => {}
        }
        Ok(())
    }
}
