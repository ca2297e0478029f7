//! The patterns in the rules' manual pages do what the pages say: the first one of each page shows its rule.

use fence_engine::{Config, rules};
use fence_replay::{pattern, pattern_events};

/// The fenced blocks of a page that are patterns.
fn examples(manual: &str) -> Vec<String> {
    let parts: Vec<&str> = manual.split("```").collect();
    let blocks = parts.iter().skip(1).step_by(2);
    blocks
        .filter_map(|block| block.strip_prefix("fence\n"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_example_of_every_manual_page_gives_what_it_expects() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for rule in rules::ALL {
        for (at, example) in examples(&rule.manual()).iter().enumerate() {
            count += 1;
            let source = if example.starts_with("pattern") {
                example.clone()
            } else {
                format!("pattern example\n{example}")
            };
            let file = pattern::parse(&source);
            let problems: Vec<String> = file
                .all_problems()
                .iter()
                .map(ToString::to_string)
                .collect();
            let outcomes: Vec<_> = file
                .patterns
                .iter()
                .map(|pattern| pattern_events::run(pattern, "manual", Config::STRICT))
                .collect();
            let shows = |outcome: &pattern_events::PatternOutcome| {
                outcome.findings.iter().any(|finding| finding.rule == *rule)
            };
            if !problems.is_empty() || !outcomes.iter().all(|outcome| outcome.as_expected) {
                wrong.push(format!(
                    "{} example {at}: {problems:?} {outcomes:#?}",
                    rule.id
                ));
            } else if at == 0 && !outcomes.iter().any(shows) {
                wrong.push(format!("{}: its first example does not show it", rule.id));
            }
        }
    }
    assert!(
        count >= rules::ALL.len(),
        "every page has an example: {count}"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
