//! The command line: arguments, exit codes, progress, and which of the other crates to call.
//!
//! `cargo fence …`, `cargo-fence fence …` and `cargo-fence …` are the same. Findings go to stdout; progress, problems and
//! the closing line go to stderr. What is judged, and how it is put into words, is not decided here.
//!
//! # What is public and stable
//!
//! * **Stable:** the names of commands, options and their values, the [exit codes](exit_code), and what
//!   `--message-format json` prints (see [`fence_report::json`]).
//! * **Stable in shape:** `--message-format short`, see [`fence_report::short`].
//! * **Not stable:** everything else that is printed, above all `--message-format human` and what goes to stderr.
//!
//! This library is for the binary and for tests of it; programs that want findings use `fence-replay` and `fence-engine`.
#![forbid(unsafe_code)]

mod arguments;
mod command;
mod console;
pub mod exit_code;
mod explain;
mod failure;
mod graph;
mod progress;
mod replay;
mod reporter;
mod rules;
mod source;
mod source_lines;
mod tally;
mod test;

pub use command::run;
