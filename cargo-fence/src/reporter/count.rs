//! Numbers of things, in words, and the closing line made of them.

use crate::tally::Tally;

/// `1 file`, `2 files`, with the thousands apart.
fn count(number: u64, what: &str) -> String {
    let plural = match (number, what.ends_with('s')) {
        (1, _) => "",
        (_, false) => "s",
        (_, true) => "es",
    };
    format!("{} {what}{plural}", grouped(number))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `fence: 3 patterns in 2 files: 1 error, 1 warning`.
pub(super) fn closing_line(tally: &Tally) -> String {
    let present = |number, what| (number > 0).then(|| count(number, what));
    let looked_at = [
        present(tally.scenarios, "scenario"),
        present(tally.patterns, "pattern"),
        present(tally.recorded_lines, "recorded line"),
        present(tally.graphs, "graph"),
        present(tally.processes, "process"),
    ];
    let looked_at: Vec<String> = looked_at.into_iter().flatten().collect();
    let results = [
        present(tally.unexpected.errors, "error"),
        present(tally.unexpected.warnings, "warning"),
        present(tally.unexpected.notes, "note"),
        (tally.mismatches > 0).then(|| format!("{} not as expected", grouped(tally.mismatches))),
        present(tally.problems, "problem"),
        (tally.unchecked > 0).then(|| format!("{} could not be checked", grouped(tally.unchecked))),
    ];
    let results: Vec<String> = results.into_iter().flatten().collect();
    let result = match (results.is_empty(), tally.has_expectations) {
        (false, _) => results.join(", "),
        (true, true) => "all as expected".into(),
        (true, false) if tally.only_new => "nothing new".into(),
        (true, false) => "clean".into(),
    };
    if tally.checked > 0 {
        let files = present(tally.files, "file").map(|files| format!(" in {files}"));
        let files = files.unwrap_or_default();
        format!("fence: {}{files}: {result}\n", looked_at.join(", "))
    } else if results.is_empty() {
        "fence: nothing to check\n".into()
    } else {
        format!("fence: nothing checked: {result}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::FailOn;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(999, "line"), "999 lines");
        assert_eq!(count(1_000, "line"), "1,000 lines");
        assert_eq!(count(1, "process"), "1 process");
        assert_eq!(count(2, "process"), "2 processes");
        assert_eq!(count(1_234_567, "line"), "1,234,567 lines");
    }

    #[test]
    fn the_closing_line_says_what_was_looked_at_and_what_came_of_it() {
        let mut tally = Tally::new(FailOn::Warning);
        assert_eq!(closing_line(&tally), "fence: nothing to check\n");
        (tally.files, tally.patterns, tally.checked) = (1, 2, 2);
        assert_eq!(closing_line(&tally), "fence: 2 patterns in 1 file: clean\n");
        tally.has_expectations = true;
        assert_eq!(
            closing_line(&tally),
            "fence: 2 patterns in 1 file: all as expected\n"
        );
        (
            tally.unexpected.errors,
            tally.mismatches,
            tally.recorded_lines,
        ) = (2, 1, 1);
        let line = "fence: 2 patterns, 1 recorded line in 1 file: 2 errors, 1 not as expected\n";
        assert_eq!(closing_line(&tally), line);
        let mut tally = Tally::new(FailOn::Warning);
        tally.processes(3);
        assert_eq!(closing_line(&tally), "fence: 3 processes: clean\n");
        let mut tally = Tally::new(FailOn::Warning);
        (tally.problems, tally.unchecked) = (1, 1);
        assert_eq!(
            closing_line(&tally),
            "fence: nothing checked: 1 problem, 1 could not be checked\n"
        );
    }
}
