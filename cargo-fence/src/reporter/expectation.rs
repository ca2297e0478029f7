//! What a pattern expects against what was found, in words.

use fence_engine::{Finding, Level};
use fence_replay::pattern_events::PatternOutcome;

/// `expected A, found B`, if a pattern's findings are not those it expects.
pub(super) fn mismatch(outcome: &PatternOutcome) -> Option<String> {
    let expected = outcome.expected.as_ref().filter(|_| !outcome.as_expected)?;
    let wanted = if expected.is_empty() {
        "clean".into()
    } else {
        expected.join(", ")
    };
    Some(format!(
        "expected {wanted}, found {}",
        found(&outcome.findings, expected)
    ))
}

/// The rules that were found, each once: those that count, and notes that were expected.
fn found(findings: &[Finding], expected: &[String]) -> String {
    let counts = |finding: &&Finding| {
        finding.level >= Level::Warning || expected.iter().any(|name| name == finding.rule.name)
    };
    let mut names: Vec<&str> = Vec::new();
    for finding in findings.iter().filter(counts) {
        if !names.contains(&finding.rule.name) {
            names.push(finding.rule.name);
        }
    }
    if names.is_empty() {
        "nothing".into()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use fence_engine::Config;
    use fence_replay::{pattern, pattern_events};

    use super::*;

    fn told(expectation: &str) -> Option<String> {
        let text =
            format!("{expectation}thread t\n wait E\n lock a mutex\n lock a mutex\n signal F\n");
        let file = pattern::parse(&text);
        mismatch(&pattern_events::run(&file.patterns[0], "x", Config::STRICT))
    }

    // The thread takes one lock twice, an error, and signals outside a section, a note.

    #[test]
    fn what_is_as_expected_needs_no_words() {
        assert_eq!(told(""), None);
        assert_eq!(
            told("expect recursive-lock\nexpect lock-held-at-exit\n"),
            None
        );
    }

    #[test]
    fn both_sides_are_named_and_notes_only_where_one_is_expected() {
        assert_eq!(
            told("expect clean\n").as_deref(),
            Some("expected clean, found recursive-lock, lock-held-at-exit")
        );
        assert_eq!(
            told("expect DF111\nexpect LD002\n").as_deref(),
            Some(
                "expected signal-outside-section, lock-order-cycle, found recursive-lock, signal-outside-section, lock-held-at-exit"
            )
        );
    }
}
