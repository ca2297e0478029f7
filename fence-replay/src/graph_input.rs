//! Class graphs out of what the kernel's own lockdep said: its reports, `/proc/lockdep`, `/proc/lockdep_chains`.
//!
//! They are merged with the graphs of recordings and runs, so classes have the names and kinds that [`crate::trace_events`]
//! gives them. What the texts do not tell is filled in like this:
//!
//! - The kinds of a dependency: exclusive holder, then a writer or non-recursive reader. So a cycle that only recursive
//!   readers close is taken for one that can hang.
//! - Gates and instances: none. A merged dependency that was also seen here has no gate, and a class that was only seen
//!   here is none.
//! - How held locks were taken: exclusively.
//! - Whether readers in interrupts are recursive: they are, unless a report says that one is in its own way.
//! - Which class of several with one name it is: the number that lockdep gives it (`&x->lock#2`) is part of the name.
//!   It counts the order of first use, which may differ from boot to boot.
//! - The interrupt contexts of a chain: left out, as they do not tell reads from writes; `/proc/lockdep` has them.
//! - Wait types of a report: left out where it does not show how its kernel numbers them.

mod file_graph;
mod names;
mod numbering;
mod proc_files;
mod splats;
#[cfg(test)]
mod tests;

pub use proc_files::from_proc_lockdep;
pub use splats::from_splats;
