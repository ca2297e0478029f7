//! Reports of a real kernel: what they say, in one piece and in many, whole and damaged.

mod captures;
mod hostile;
mod reports;

use std::fs;
use std::path::PathBuf;

use super::*;

fn oracle() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/oracle"))
}

/// Name and content of all files of a folder that end like this, by name.
fn files(folder: &str, suffix: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(oracle().join(folder))
        .expect("the oracle's folder")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(suffix)?.to_owned();
            Some((name, fs::read(&path).expect("a file")))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder}/*{suffix}");
    files
}

fn task(comm: &str, pid: u32) -> Task {
    Task {
        comm: comm.to_owned(),
        pid,
    }
}

fn names(report: &Report) -> Vec<(String, String, Option<String>, bool)> {
    report
        .edges
        .iter()
        .map(|edge| {
            let place = edge.acquired_at.as_ref().map(ToString::to_string);
            (edge.from.to_string(), edge.to.to_string(), place, edge.new)
        })
        .collect()
}

/// The report without line numbers.
fn placeless(report: &Report) -> Report {
    let mut report = report.clone();
    report.line = 0;
    for lock in report.lock.iter_mut().chain(&mut report.holding) {
        lock.line = 0;
    }
    for entry in &mut report.chain {
        entry.line = 0;
    }
    for held in &mut report.held {
        held.lock.line = 0;
    }
    for usage in &mut report.usage {
        usage.line = 0;
    }
    for problem in &mut report.problems {
        problem.line = 0;
    }
    report
}
