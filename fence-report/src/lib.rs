//! Findings to text.
//!
//! Each renderer is one small module over the one finding model of `fence-engine`; none knows how a finding came to be,
//! reads a file, asks for the time or looks at the terminal. What a renderer needs beyond the finding (the lines of a
//! source file, whether to colour) comes in through [`Options`]. The same finding gives the same bytes.
//!
//! | module | writes | for |
//! |---|---|---|
//! | [`human`] | the look of rustc's diagnostics, both sides of a deadlock, an interleaving that hangs | a person |
//! | [`short`] | one line a finding | an editor's error list, `grep` |
//! | [`splat`] | the report the kernel's own lockdep would print | kernel people and their log parsers |
//! | [`json`] | one JSON object a line, version 1 | programs |
//! | [`dot`] | a class graph in Graphviz's language | a picture |
//!
//! [`steps`] is the one place where an [`Action`](fence_engine::Action) becomes English.
//!
//! # What is public and stable
//!
//! * **Stable: [`json`].** Its fields are a copy of the model that is frozen under a version number. Fields are added, never
//!   removed or given another meaning, until `"v"` changes.
//! * **Stable in shape: [`short`]**, `file:line:column: level[ID]: message`. The message is not.
//! * **Follows the kernel: [`splat`].** Headlines, order and wording are those of Linux 6.12, and change if the kernel's do.
//! * **Not stable: [`human`], [`dot`] and [`steps`].** They are for eyes, and change whenever a better wording is found. Do not
//!   parse them.
//!
//! # Conventions
//!
//! Every renderer returns whole lines, the last newline included. Control characters and the characters that reorder text
//! are shown as escapes (`\u{1b}`) wherever a name or message is printed, so that a recording cannot drive the terminal
//! it is shown on; JSON escapes them in its own way.
//!
//! ```
//! use fence_engine::{ClassKind, ClassSpec, Engine, Event, How, Instance, Lock, Mode, Site};
//! let mut engine = Engine::default();
//! let class = engine.declare(&ClassSpec::new("gpu", ClassKind::Lock));
//! let gpu = Lock { class, instance: Instance(1) };
//! let source = engine.sources_mut().intern("gpu.c", "gpu_reset");
//! let task = engine.start_task("worker");
//! for line in [10, 11] {
//!     engine.feed(task, Event::acquire(gpu, How::new(Mode::Exclusive)), Site::new(source, line, 3));
//! }
//! assert_eq!(
//!     fence_report::short::render(&engine.findings()[0], &fence_report::Options::default()),
//!     "gpu.c:11:3: error[LD001]: `gpu` is taken while this task already holds it\n",
//! );
//! ```
#![forbid(unsafe_code)]

pub mod dot;
mod escape;
pub mod human;
pub mod json;
mod options;
mod place;
pub mod short;
pub mod splat;
pub mod steps;

pub use escape::visible;
pub use options::{Options, SourceLine};
