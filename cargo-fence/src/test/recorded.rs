//! Findings as they were before they became lines of JSON, as far as the lines have them: what a step does comes back as a
//! sentence, and what the kernel would print does not.

use fence_engine::{Action, Confidence, Finding, Level, Place, Rule, Step, rules};
use fence_report::json::v1;
use serde::Deserialize;

/// Why a line is no finding, though it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordError {
    /// It is no such JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Another version of the checker wrote it.
    #[error("`{what}` is not known; were the tests built with another version of fence-lockdep?")]
    Version {
        /// What only that version knows.
        what: String,
    },
}

/// The finding of a line, or nothing for a line of another type.
pub(super) fn finding(line: &str) -> Result<Option<Finding>, RecordError> {
    #[derive(Deserialize)]
    struct Head {
        v: u32,
        r#type: String,
    }
    let head: Head = serde_json::from_str(line)?;
    if head.v != v1::VERSION {
        let what = format!("version {} of the JSON", head.v);
        return Err(RecordError::Version { what });
    }
    if head.r#type != <v1::Finding as v1::Record>::TYPE {
        return Ok(None);
    }
    restored(serde_json::from_str(line)?).map(Some)
}

fn restored(record: v1::Finding) -> Result<Finding, RecordError> {
    let unknown = |what: &str| RecordError::Version { what: what.into() };
    let rule = rules::find(&record.rule).ok_or_else(|| unknown(&record.rule))?;
    let place = Place {
        file: record.file,
        line: record.line,
        column: record.column,
        function: record.function,
    };
    let step = |step: v1::Step| Step {
        task: step.task,
        who: step.who,
        step: step.step,
        place: if (&step.file, step.line) == (&place.file, place.line) {
            place.clone()
        } else {
            Place {
                file: step.file,
                line: step.line,
                ..Place::default()
            }
        },
        action: Action::Says { text: step.text },
    };
    let finding = Finding {
        rule,
        level: level(&record.level).ok_or_else(|| unknown(&record.level))?,
        confidence: confidence(&record.confidence).ok_or_else(|| unknown(&record.confidence))?,
        arguments: arguments(rule, &record.message).ok_or_else(|| unknown(&record.message))?,
        steps: record.steps.into_iter().map(step).collect(),
        place,
        task: record.who,
        cycle: record.cycle,
        notes: record.notes,
        fingerprint: u64::from_str_radix(&record.fingerprint, 16)
            .map_err(|_| unknown(&record.fingerprint))?,
        complaint: None,
    };
    if finding.message() == record.message {
        Ok(finding)
    } else {
        Err(unknown(&record.message))
    }
}

fn level(word: &str) -> Option<Level> {
    [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .find(|level| level.as_str() == word)
}

fn confidence(word: &str) -> Option<Confidence> {
    [
        Confidence::Observed,
        Confidence::Path,
        Confidence::Heuristic,
    ]
    .into_iter()
    .find(|confidence| confidence.as_str() == word)
}

/// What the braces of the rule's template stand for in this message.
fn arguments(rule: &Rule, message: &str) -> Option<Vec<(&'static str, String)>> {
    let template: &'static str = rule.template;
    let mut parts = template.split('{');
    let mut rest = message.strip_prefix(parts.next()?)?;
    let mut arguments = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, text) = part.split_once('}')?;
        let value;
        (value, rest) = if parts.peek().is_some() {
            rest.split_once(text)?
        } else {
            (rest.strip_suffix(text)?, "")
        };
        arguments.push((name, value.to_owned()));
    }
    rest.is_empty().then_some(arguments)
}

#[cfg(test)]
mod tests {
    use fence_engine::Config;
    use fence_report::json;

    use super::*;

    /// What is found in a pattern.
    fn found(pattern: &str) -> Vec<Finding> {
        let file = fence_replay::pattern::parse(pattern);
        fence_replay::pattern_events::run(&file.patterns[0], "x.fence", Config::STRICT).findings
    }

    const PATTERNS: &[&str] = &[
        "thread one\n lock a mutex\n lock b mutex\n unlock b\n unlock a\nthread two\n lock b mutex\n lock a mutex\n",
        "thread t\n begin_signalling\n wait G\n signal F\n end_signalling\n",
        "thread t\n lock s spin\n alloc GFP_KERNEL\n unlock s\n",
        "thread t\n irq_handler\n lock s spin\n unlock s\n irq_end\n lock s spin\n unlock s\n",
    ];

    #[test]
    fn a_finding_comes_back_in_the_same_words() {
        let findings: Vec<Finding> = PATTERNS.iter().flat_map(|text| found(text)).collect();
        assert!(findings.len() >= PATTERNS.len(), "{findings:?}");
        for before in findings {
            let line = json::finding(&before);
            let after = finding(&line).expect("a record").expect("a finding");
            assert_eq!(
                json::finding(&Finding {
                    complaint: before.complaint,
                    ..after
                }),
                line
            );
        }
    }

    #[test]
    fn a_line_of_another_type_is_no_finding() {
        assert!(matches!(
            finding(&json::problem("x", 1, 1, "odd")),
            Ok(None)
        ));
        assert!(matches!(finding("{\"v\":1,\"type\":\"later\"}"), Ok(None)));
    }

    #[test]
    fn what_another_version_wrote_or_was_cut_off_is_an_error_and_not_nothing() {
        let line = json::finding(&found(PATTERNS[0])[0]);
        for damaged in [
            line.replace("\"v\":1", "\"v\":2"),
            line.replace("LD002", "LD999"),
            line.replace("\"level\":\"error\"", "\"level\":\"fatal\""),
            line.replace("closes a cycle", "makes a circle"),
            line[..line.len() / 2].to_owned(),
            String::new(),
        ] {
            assert_ne!(damaged, line);
            assert!(finding(&damaged).is_err(), "{damaged}");
        }
    }

    #[test]
    fn arguments_are_found_whatever_the_template_has_between_them() {
        for rule in rules::ALL {
            let names = rule.template.split('{').skip(1);
            let names = names.filter_map(|part| part.split_once('}').map(|(name, _)| name));
            // One value for one name, wherever it stands.
            let value = |name: &str| format!("<{name}>");
            let mut message = rule.template.to_owned();
            for name in names {
                message = message.replace(&format!("{{{name}}}"), &value(name));
            }
            let found = arguments(rule, &message).expect(rule.id);
            for (name, is) in found {
                assert_eq!(is, value(name), "{}", rule.id);
            }
        }
    }
}
