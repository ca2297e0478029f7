//! What becomes of findings that no session keeps: which are told, and what they do to the process.
//!
//! Everything here may be called from a destructor of thread-local storage, and is the checker's own business: nothing that
//! happens inside is checked.

mod exit;
mod output;
mod suppressions;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Once, OnceLock};

use fence_engine::{ClassGraph, Finding, Level};
use parking_lot::Mutex;

use crate::check;
use crate::options::{On, Options};
#[cfg(feature = "check")]
use crate::trace;

pub use suppressions::{SuppressionProblem, SuppressionProblemKind, Suppressions};

pub(crate) use output::render;

/// What was found in the process so far.
#[derive(Debug, Default)]
struct Counts {
    errors: AtomicU64,
    warnings: AtomicU64,
    notes: AtomicU64,
    /// How many of these were to be told, and may be beyond the limit.
    told: AtomicU64,
    /// Not among the others.
    suppressed: AtomicU64,
}

static FOUND: Counts = Counts {
    errors: AtomicU64::new(0),
    warnings: AtomicU64::new(0),
    notes: AtomicU64::new(0),
    told: AtomicU64::new(0),
    suppressed: AtomicU64::new(0),
};

/// What sessions have learnt that ended clean.
static KEPT: Mutex<Vec<ClassGraph>> = Mutex::new(Vec::new());

/// There is something to report on from now on: reads the options, and sees to the end of the process.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let _outside = check::outside();
        suppressions();
        exit::register();
    });
}

/// Tells of findings in the process, and does what the options say.
///
/// # Panics
/// If the options ask for it and the thread is not panicking already.
#[inline]
pub(crate) fn deliver(found: &[Finding]) {
    if !found.is_empty() {
        act_upon(found);
    }
}

#[cold]
fn act_upon(found: &[Finding]) {
    let outside = check::outside();
    let options = Options::of_process();
    let panics = options.on == On::Panic && !std::thread::panicking();
    let counted = count(found);
    #[cfg(feature = "check")]
    trace::findings(0, counted.iter().copied());
    let serious: Vec<&Finding> = counted
        .iter()
        .copied()
        .filter(|finding| finding.level > Level::Note)
        .collect();
    // The message of a panic is shown on stderr too: it has the report, if that is not written elsewhere.
    let in_message = panics && options.log_path.is_none() && !serious.is_empty();
    tell(
        &counted,
        if in_message {
            Level::Note
        } else {
            Level::Error
        },
    );
    if serious.is_empty() {
        return;
    }
    if options.on == On::Abort {
        exit::before_abort();
        std::process::abort();
    }
    drop(outside);
    assert!(!panics, "{}", output::message(&serious, in_message));
}

/// Those of the findings that count, which they have done then.
fn count(found: &[Finding]) -> Vec<&Finding> {
    if Options::of_process().on == On::Off {
        return Vec::new();
    }
    let (suppressed, counted): (Vec<&Finding>, Vec<&Finding>) = found
        .iter()
        .partition(|finding| suppressions().covers(finding));
    add(&FOUND.suppressed, suppressed.len());
    for finding in &counted {
        add(FOUND.of(finding.level), 1);
    }
    counted
}

/// Tells of findings up to a level, as far as the limit allows.
fn tell(counted: &[&Finding], most: Level) {
    let before = add(&FOUND.told, counted.len());
    let left = Options::of_process().max_reports.saturating_sub(before);
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    let told = counted.iter().take(left);
    let told: Vec<&Finding> = told
        .copied()
        .filter(|finding| finding.level <= most)
        .collect();
    output::findings(&told);
}

/// Keeps what a session has learnt for the graph of the process, if one is to be written.
pub(crate) fn keep_graph(graph: impl FnOnce() -> ClassGraph) {
    if Options::of_process().graph_path.is_some() {
        let _outside = check::outside();
        let graph = graph();
        KEPT.lock().push(graph);
    }
}

/// The suppressions of the process, which are read once.
fn suppressions() -> &'static Suppressions {
    static SUPPRESSIONS: OnceLock<Suppressions> = OnceLock::new();
    SUPPRESSIONS.get_or_init(|| {
        let Some(path) = &Options::of_process().suppressions else {
            return Suppressions::default();
        };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let (suppressions, problems) = Suppressions::parse(&text);
                output::suppression_problems(path, problems);
                suppressions
            }
            Err(error) => {
                output::complaint(&format!("{}: {error}", path.display()));
                Suppressions::default()
            }
        }
    })
}

fn add(counter: &AtomicU64, number: usize) -> u64 {
    counter.fetch_add(number as u64, Ordering::Relaxed)
}

impl Counts {
    const fn of(&self, level: Level) -> &AtomicU64 {
        match level {
            Level::Error => &self.errors,
            Level::Warning => &self.warnings,
            Level::Note => &self.notes,
        }
    }

    fn levels(&self) -> [u64; 3] {
        [Level::Error, Level::Warning, Level::Note]
            .map(|level| self.of(level).load(Ordering::Relaxed))
    }
}
