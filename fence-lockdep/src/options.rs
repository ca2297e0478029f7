//! What a process is told about its reports: the environment variable `FENCE_LOCKDEP_OPTIONS`, or [`Options`] from within.
//!
//! It is about findings that no [`Session`](crate::Session) keeps. As with the sanitizers, it is pairs of `key=value` with
//! colons between them, and of two values for one key the later counts:
//!
//! ```sh
//! FENCE_LOCKDEP_OPTIONS='on=panic:suppressions=fence.supp' ./driver-model
//! ```
//!
//! | key | values | without it |
//! |---|---|---|
//! | `on` | what a finding does besides being told. `report`: nothing. `panic`: a panic in the thread that caused it. `abort`: the process ends. `off`: findings are dropped | `report` |
//! | `max_reports` | how many findings are told; those beyond are counted only | all |
//! | `log_path` | the file that findings are added to. If its name ends in `.jsonl` they are lines of JSON | stderr |
//! | `graph_path` | the file to write the class graph to, for `cargo fence graph merge` | none |
//! | `suppressions` | a file of findings to be let be, see [`Suppressions`](crate::Suppressions) | none |
//! | `exitcode` | 0 to 255: how the process ends if an error or a warning was found; 0 leaves that to the process | `66` |
//! | `color` | `auto`, `always`, `never`: colours on stderr | `auto` |
//! | `help` | `1` prints this list | `0` |
//!
//! A value with a colon in it stands in quotes, single or double; in them a doubled quote stands for one. In the name of a
//! file to be written `%p` stands for the process id, `%t` for the microsecond of the process's first report or use of it,
//! `%%` for `%`: a process id is given again some day, the two together are not. What is not understood is said on stderr,
//! with its place, and the rest is used.
//!
//! # What counts
//!
//! Errors and warnings panic, abort and set the exit code; notes are only told. `panic` does not panic in a thread that is
//! panicking already, nor at the end of the process. What panics in a destructor of thread-local storage ends the process:
//! that is Rust's rule.
//!
//! # At the end of the process
//!
//! By returning from `main`, by a panic in it, by [`std::process::exit`] or C's `exit`: what only the end can tell is told,
//! such as a fence that was never signalled; the graph is written; then come the suppressions that nothing needed, and a
//! line with the count. If the exit code is to be another one the process is ended with C's `_exit`, after `fflush`: functions
//! that were registered with `atexit` before the first use of this crate are not run then, and `exitcode=0` lets them.
//!
//! A process that is killed by a signal, or ends itself with `_exit`, does none of this. Findings are not lost then, because
//! each is written when it is found; the graph is. `abort` writes the graph before it aborts. A process made by `fork` that
//! calls `exit` writes its own graph: give it a name with `%p`.
//!
//! With `graph_path` the graph also has what sessions have learnt that ended with
//! [`assert_clean`](crate::Session::assert_clean), and a deadlock that only several of them show together is a finding of the
//! process, told at its end.

mod nearest;
mod parse;
mod table;

use std::env::VarError;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

pub use parse::{Complaint, ComplaintKind};

pub(crate) use nearest::nearest;

/// The environment variable.
pub const VARIABLE: &str = "FENCE_LOCKDEP_OPTIONS";

/// What a finding does besides being told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum On {
    /// Nothing.
    #[default]
    Report,
    /// A panic in the thread that caused it.
    Panic,
    /// The end of the process.
    Abort,
    /// It is dropped, untold.
    Off,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// Never.
    Never,
}

/// What becomes of findings. The keys and what they mean are [above](self).
///
/// ```
/// use fence_lockdep::options::{On, Options};
/// let mut options = Options::default();
/// let complaints = options.read("on=panic:max_report=3");
/// assert_eq!(options.on, On::Panic);
/// assert_eq!(
///     complaints[0].to_string(),
///     "column 10: there is no option `max_report`; did you mean `max_reports`?",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What a finding does besides being told.
    pub on: On,
    /// How many findings are told.
    pub max_reports: u64,
    /// The file that findings are added to, in place of stderr.
    pub log_path: Option<PathBuf>,
    /// The file to write the class graph to.
    pub graph_path: Option<PathBuf>,
    /// The file with the suppressions.
    pub suppressions: Option<PathBuf>,
    /// How the process ends if an error or a warning was found, 0 for as it would.
    pub exit_code: u8,
    /// Colours on stderr.
    pub color: Color,
    help: bool,
}

/// The options are in use already: a lock was taken or a session made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLate;

static OPTIONS: OnceLock<Options> = OnceLock::new();

impl Default for Options {
    fn default() -> Self {
        Self {
            on: On::Report,
            max_reports: u64::MAX,
            log_path: None,
            graph_path: None,
            suppressions: None,
            exit_code: 66,
            color: Color::Auto,
            help: false,
        }
    }
}

impl Options {
    /// Makes these the options of the process; what the environment says comes on top. To be called before any lock is
    /// taken.
    ///
    /// # Errors
    /// If the options are in use already.
    pub fn set(self) -> Result<(), TooLate> {
        let mut new = false;
        OPTIONS.get_or_init(|| {
            new = true;
            self.with_environment()
        });
        if new { Ok(()) } else { Err(TooLate) }
    }

    /// Those of the process, which are read once.
    pub(crate) fn of_process() -> &'static Self {
        OPTIONS.get_or_init(|| Self::default().with_environment())
    }

    fn with_environment(mut self) -> Self {
        let mut complaints: Vec<String> = match std::env::var(VARIABLE) {
            Ok(text) => self.read(&text).iter().map(ToString::to_string).collect(),
            Err(VarError::NotPresent) => Vec::new(),
            Err(VarError::NotUnicode(_)) => vec!["this is not UTF-8, nothing of it is used".into()],
        };
        if !complaints.is_empty() {
            complaints.push(table::list());
        }
        let mut said = String::new();
        for complaint in complaints {
            // Writing to a string cannot fail.
            let _ = writeln!(said, "fence: {VARIABLE}: {complaint}");
        }
        if self.help {
            said += &table::help();
        }
        // If stderr is closed there is nobody to be told.
        let _ = std::io::stderr().write_all(said.as_bytes());
        self
    }
}

impl std::fmt::Display for TooLate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the options are in use already")
    }
}

impl std::error::Error for TooLate {}
