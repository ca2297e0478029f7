//! What the fuzzer kept goes through the same checks here, so that what it once found is found again without it.
//!
//! The checks are the fuzzer's own, in `fuzz/src/check.rs`; the inputs are under `fuzz/corpus/`. How they came to be is
//! in `docs/fuzzing.md`.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/src/check.rs"]
#[expect(unreachable_pub, reason = "to the fuzz targets this is a library")]
mod check;

fn corpus() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus"))
}

/// Names the input that was being checked, should the check panic.
struct Naming<'a>(&'a Path);

impl Drop for Naming<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the test fails, and this says on what")]
            {
                eprintln!("the input is {}", self.0.display());
            }
        }
    }
}

fn replay(target: &str, check: fn(&[u8])) {
    let mut inputs: Vec<PathBuf> = fs::read_dir(corpus().join(target))
        .expect("a folder for the target")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    inputs.sort();
    assert!(
        inputs.len() >= 20,
        "{target}: only {} inputs were kept",
        inputs.len()
    );
    for input in &inputs {
        let bytes = fs::read(input).expect("an input");
        let _naming = Naming(input);
        check(&bytes);
    }
}

macro_rules! targets {
    ($($test:ident: $target:ident,)+) => {
        const TARGETS: &[&str] = &[$(stringify!($target)),+];

        $(#[test]
        fn $test() {
            replay(stringify!($target), check::$target);
        })+
    };
}

targets! {
    kept_traces_hold: trace,
    kept_pieces_of_lines_hold: trace_stream,
    kept_patterns_hold: pattern,
    kept_scenarios_hold: scenario,
    kept_logs_hold: splat,
    kept_lockdep_files_hold: proc_lockdep,
    kept_files_of_any_kind_hold: input,
    kept_graphs_hold: graph,
}

#[test]
fn every_fuzz_target_has_a_kept_corpus_and_a_test() {
    let mut fuzzed: Vec<String> = fs::read_dir(corpus().join("../fuzz_targets"))
        .expect("the fuzz targets")
        .map(|entry| {
            entry
                .expect("an entry")
                .path()
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    fuzzed.sort();
    let mut tested = TARGETS.to_vec();
    tested.sort_unstable();
    assert_eq!(fuzzed, tested);
}
