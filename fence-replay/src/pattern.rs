//! The `.fence` pattern language: a deadlock on one page, read into a typed tree with positions and printed back.
//!
//! [`parse`] and [`parse_bytes`] never fail as a whole. They return a [`File`]: the patterns that were understood, each
//! with the problems of its own lines, and the problems that belong to no pattern. A bad line spoils its pattern
//! ([`Pattern::is_usable`]), not the file.
//!
//! This module knows the words of the language, their shapes, and what can be said about them without running them. It
//! does not know what an operation means, which rules exist, or what an engine is.
//!
//! What the language's description leaves open is decided like this:
//!
//! - A file without any `pattern` line is one pattern without an id; the caller names it. In a file that has `pattern`
//!   lines, a statement before the first of them is one problem of the file, and nothing before that line is kept.
//! - Blanks are any white space; lines end with LF or CRLF; a leading byte order mark is skipped. `#` starts a comment
//!   anywhere, also inside a title. Comments may hold any bytes, statements are UTF-8.
//! - Names are letters and digits of any script, `_`, `-` and `.`, at most [`MAX_NAME`] bytes.
//! - The operand comes first, then options and flags in any order; a lock's kind may stand among them, and is required.
//! - `title` and `expect` may stand anywhere in a pattern and may be repeated: each `title` line is one line of the title.
//!   `order` and `fence` stand before the first thread; `workqueue` stands there or in a thread.
//! - Two threads may have the same name: they are still two tasks, and a finding carries its line.
//! - Within one pattern a lock name keeps its kind (a read and a write side count as one kind) and the class it was given
//!   with `class=`, until `init` or `free` makes another lock of it. A lock line without `class=` contradicts nothing.
//! - `done`, `timer_done`, `pm_done` and `callback_end` need their opener earlier on the same thread. Only `callback`
//!   must also be closed there; for the others the end of the thread is the end.
//! - Limits keep a hostile file from filling the memory: [`MAX_LINE`], [`MAX_STATEMENTS`], [`MAX_PATTERNS`] and
//!   [`MAX_PROBLEMS`]. Beyond each stands a problem, never silence.

mod arguments;
mod check;
mod declaration;
mod line;
mod name;
mod operand;
mod operation;
mod operation_reader;
mod pattern_reader;
mod print;
mod problem;
mod reader;
mod suggestion;
mod tree;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use line::MAX_LINE;
pub use name::{MAX_NAME, Name, NameError};
pub use operand::{ErrorCode, Lock, LockOptions, Timeout, Workqueue, WwContext};
pub use operation::OpKind;
pub use pattern_reader::MAX_PROBLEMS;
pub use problem::{Choice, Expected, Found, Pos, Problem, ProblemKind};
pub use reader::{MAX_PATTERNS, MAX_STATEMENTS, parse, parse_bytes};
pub use tree::{
    Expect, Expectation, FenceDecl, File, Op, Order, Pattern, Thread, Title, WorkqueueDecl,
};
pub use vocabulary::{AllocScope, Context, Gfp, LockKind, Usage};
