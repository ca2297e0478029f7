//! Profile `strict` against the oracle: its verdict does not depend on the order of threads, and it misses nothing that
//! lockdep reports.

use std::collections::BTreeMap;

use fence_engine::{Config, FenceBegin, Finding, Level};
use fence_replay::scenario::Scenario;
use serde_json::Value;

fn rows(name: &str) -> Vec<(Value, Scenario)> {
    let path = format!("{}/data/oracle/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the oracle's rows are in the repository");
    text.lines()
        .map(|line| {
            let row = serde_json::from_str(line).expect("a JSON object");
            (row, Scenario::parse(line.as_bytes()).expect("a scenario"))
        })
        .collect()
}

#[test]
fn whether_a_scenario_is_ok_does_not_depend_on_the_order_of_its_threads() {
    let mut groups: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for (row, scenario) in rows("permuted") {
        let outcome = scenario.run(Config::STRICT).expect("a scenario");
        let group = row["group"].as_str().expect("a group").to_owned();
        groups
            .entry(group)
            .or_default()
            .push((scenario.id, outcome.verdict == "ok"));
    }
    let split: Vec<_> = groups
        .iter()
        .filter(|(_, rows)| rows.iter().any(|row| row.1 != rows[0].1))
        .collect();
    assert!(groups.len() > 100, "{} groups", groups.len());
    assert!(
        split.is_empty(),
        "{} of {} groups: {split:#?}",
        split.len(),
        groups.len()
    );
}

/// Lockdep's irq searches pass through the fence map; strict's look at real locks only, because nothing takes or waits
/// for the map itself.
const THROUGH_THE_FENCE_MAP: &[&str] = &["fence/1309"];

#[test]
fn strict_reports_whatever_lockdep_reports_except_cycles_behind_a_gate() {
    let config = Config {
        fence_begin: FenceBegin::Blocking,
        ..Config::STRICT
    };
    let (mut missed, mut gated) = (Vec::new(), 0);
    for name in [
        "families",
        "fence",
        "fence-primed",
        "random",
        "permuted",
        "wait-override",
        "might-sleep-real",
    ] {
        for (row, scenario) in rows(name) {
            let outcome = scenario.run(config).expect("a scenario");
            if row["verdict"] == "ok"
                || outcome.verdict != "ok"
                || THROUGH_THE_FENCE_MAP.contains(&&*scenario.id)
            {
                continue;
            }
            let behind_gate =
                |finding: &Finding| !finding.cycle.is_empty() && finding.level == Level::Note;
            if row["verdict"] == "circular" && outcome.findings.iter().any(behind_gate) {
                gated += 1;
            } else {
                missed.push(format!(
                    "{}: {} {}",
                    scenario.id,
                    row["verdict"],
                    scenario.operations.join("; ")
                ));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert!(gated > 0, "the oracle has gate-locked cycles");
}
