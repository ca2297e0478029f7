//! How figures are measured and printed: rounds of ours and the peer's in turn, the median of each, one JSON object a line.

use std::hint::black_box;
use std::time::Instant;

/// One figure, ours and the peer's if there is one.
#[derive(Debug)]
pub struct Figure<'a> {
    /// The benchmark.
    pub bench: &'a str,
    /// The case.
    pub case: String,
    /// Our median.
    pub ours: f64,
    /// The peer's name and median.
    pub peer: Option<(&'a str, f64)>,
    /// The unit of both.
    pub unit: &'a str,
}

impl Figure<'_> {
    /// Prints the figure: as a JSON object with `--json` among the program's arguments, else as text.
    #[allow(
        clippy::print_stdout,
        reason = "printing figures is what a benchmark is for"
    )]
    pub fn print(&self) {
        let Self {
            bench,
            case,
            ours,
            peer,
            unit,
        } = self;
        let ratio = peer.map(|(_, theirs)| ours / theirs);
        if std::env::args().any(|argument| argument == "--json") {
            let mut object =
                serde_json::json!({ "bench": bench, "case": case, "ours": ours, "unit": unit });
            if let (Some((name, theirs)), Some(ratio)) = (peer, ratio) {
                object["peer"] = (*name).into();
                object["theirs"] = (*theirs).into();
                object["ratio"] = ratio.into();
            }
            println!("{object}");
        } else if let (Some((name, theirs)), Some(ratio)) = (peer, ratio) {
            println!(
                "{bench:10} {case:24} {ours:12.2} {unit}   {name} {theirs:.2} {unit}, ratio {ratio:.2}"
            );
        } else {
            println!("{bench:10} {case:24} {ours:12.2} {unit}");
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of operations are far below 2^52"
)]
/// Nanoseconds of one run of `work`, which does `operations` of what is measured.
pub fn nanoseconds(operations: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    black_box(());
    start.elapsed().as_secs_f64() * 1e9 / operations as f64
}

/// The median.
///
/// # Panics
/// If there is no value.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
