//! What an operation is done to and how: locks with their options, acquire contexts, errors, timeouts, queues.
//!
//! Not here: the operations themselves, and the closed word lists.

use super::name::Name;
use super::vocabulary::LockKind;

/// An acquisition of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The instance.
    pub name: Name,
    /// What sort of lock it is.
    pub kind: LockKind,
    /// What may be said about any acquisition.
    pub options: LockOptions,
    /// The acquire context, for a [`LockKind::Ww`] lock; without one it is taken outside any context.
    pub context: Option<WwContext>,
}

impl Lock {
    /// The class this line gives the lock: the one of `class=`, else [`Name::class_part`] of its name.
    pub fn class(&self) -> &str {
        match &self.options.class {
            Some(class) => class,
            None => self.name.class_part(),
        }
    }
}

/// What may be said about any acquisition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockOptions {
    /// `class=C`: the lock class.
    pub class: Option<Name>,
    /// `subclass=N`: the nesting level, 0 to [`LockOptions::MAX_SUBCLASS`].
    pub subclass: u8,
    /// `nest=L2`: the lock that makes taking several instances safe.
    pub nest: Option<Name>,
    /// `try`: it is not waited for.
    pub trylock: bool,
}

impl LockOptions {
    /// The highest subclass there is: one less than the kernel's `MAX_LOCKDEP_SUBCLASSES`.
    pub const MAX_SUBCLASS: u8 = 7;
}

/// The acquire context of a wound/wait lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WwContext {
    /// `ctx=auto`: the thread's own, opened by its first lock and closed by its last unlock.
    Auto,
    /// `ctx=W`: the one opened by `ww_begin W`.
    Named(Name),
}

/// The error a fence ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCode {
    /// A number as it was written, such as `-110`.
    Number(i32),
    /// An error's name without a sign, such as `ETIME`; the language has no list of them.
    Name(Name),
}

/// The bound of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeout {
    /// `timeout`: there is one.
    Some,
    /// `timeout=N`: how long; the language gives it no unit.
    Length(u64),
}

/// A work queue and its flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workqueue {
    /// The queue.
    pub name: Name,
    /// `mem_reclaim`: it has a rescuer and may be waited for in reclaim.
    pub mem_reclaim: bool,
    /// `ordered`: it runs one item at a time.
    pub ordered: bool,
}
