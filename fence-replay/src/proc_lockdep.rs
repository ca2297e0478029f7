//! `/proc/lockdep` and `/proc/lockdep_chains` to lock classes, dependencies and chains.
//!
//! [`Parser`] reads either file line by line and borrows the lines; [`Snapshot`] collects a whole
//! file. The layout is that of `l_show()` and `lc_show()` in the kernel's
//! `kernel/locking/lockdep_proc.c`, with and without the `OPS:` column of `CONFIG_DEBUG_LOCKDEP`.
//! [`ClassName`] and [`Usage`], the way in which lockdep prints a class, are shared with
//! [`crate::splat`].
//!
//! # What the files cannot tell
//!
//! - The kind of a dependency: neither shared or exclusive nor recursive shows, so whether a cycle
//!   over it is strong cannot be known.
//! - Dependencies with a distance above 1 are left out by the kernel: a lock held over two nested
//!   acquisitions shows its dependency on the inner one only through the outer one.
//! - Where and by whom a dependency was seen.
//! - Which of two classes of one name a lock is: lockdep numbers them (`#2`) in the order in which
//!   they were first used. The subclass is printed (`/1`), nothing else of the key is. Keys are hashed
//!   addresses unless the kernel ran with `no_hash_pointers`; they tell classes apart and no more.
//! - Usage beyond the four irq characters: the first uses and all traces.
//! - A chain shows classes held together, oldest first; read modes and try-locks do not show. Only
//!   the step to its last class shows a dependency ([`Chain::dependency`]): an earlier class may have
//!   been taken by a try-lock, which makes none.

mod class_name;
mod parser;
mod snapshot;
mod usage;

pub use class_name::ClassName;
pub use parser::{Entry, IrqContext, Parser, Problem, ProblemKind, Source, sniff};
pub use snapshot::{Chain, Class, Dependency, Snapshot};
pub use usage::{Usage, UsageBit};

#[cfg(test)]
mod tests;
