//! The end of the process, and the only place that talks to the C library about it.

use std::ffi::{c_int, c_void};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fence_engine::fgraph::{merge_all, new_findings};
use fence_engine::{Config, Finding, Level};

use super::{FOUND, KEPT, count, output, suppressions, tell};
use crate::check;
use crate::options::Options;

/// How long the engine of the process is waited for at the end: a thread that a fork has lost may have it for ever.
const PATIENCE: Duration = Duration::from_secs(1);

unsafe extern "C" {
    /// Calls a function when the process exits, the one registered last first.
    fn atexit(function: extern "C" fn()) -> c_int;
    /// Ends the process without calling any more of these.
    fn _exit(code: c_int) -> !;
    /// Writes out what C streams hold back, all of them if there is none given.
    fn fflush(stream: *mut c_void) -> c_int;
}

/// Has the end of the process noticed.
pub(super) fn register() {
    // SAFETY: the function takes nothing, unwinds nowhere, and is there as long as the process.
    let refused = unsafe { atexit(at_exit) };
    if refused != 0 {
        output::complaint("the C library has no room for `atexit`: nothing is told at the end");
    }
}

extern "C" fn at_exit() {
    // Nothing is left to be done about a panic in here.
    if let Ok(Some(code)) = catch_unwind(end) {
        // SAFETY: no stream is handed over, which means all of them. This is what `exit` would do after the functions
        // that are now left out.
        unsafe {
            fflush(std::ptr::null_mut());
            _exit(code);
        }
    }
}

/// Tells what only the end can, and gives the exit code if it is to be another one.
fn end() -> Option<c_int> {
    let _outside = check::outside();
    if ENDED.swap(true, Ordering::Relaxed) {
        return None;
    }
    add(&check::end_of_process(PATIENCE));
    write_graph(true);
    if let Some(path) = &Options::of_process().suppressions {
        output::suppression_problems(path, suppressions().unused());
    }
    output::summary();
    let code = c_int::from(Options::of_process().exit_code);
    let [errors, warnings, _] = FOUND.levels();
    (errors + warnings > 0 && code != 0).then_some(code)
}

/// Writes what would be lost. What is unfinished because of the abort is no finding.
pub(super) fn before_abort() {
    if !ENDED.swap(true, Ordering::Relaxed) {
        write_graph(false);
        output::summary();
    }
}

/// Whether the end was told.
static ENDED: AtomicBool = AtomicBool::new(false);

fn add(findings: &[Finding]) {
    tell(&count(findings), Level::Error);
}

/// Writes the graph, if that is asked for, and tells what only sessions and the rest of the process together show.
fn write_graph(tells: bool) {
    let Some(path) = &Options::of_process().graph_path else {
        return;
    };
    let mut parts = std::mem::take(&mut *KEPT.lock());
    parts.push(check::graph_of_process(PATIENCE));
    let merged = merge_all(parts.iter().cloned());
    if tells && parts.len() > 1 {
        add(&new_findings(&merged, Config::default(), parts));
    }
    output::write(path, &merged.encode());
}
