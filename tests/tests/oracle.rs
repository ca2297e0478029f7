//! Every verdict of real lockdep, and every class state it showed, row by row.

use fence_engine::Config;
use fence_replay::scenario::{Outcome, Scenario};
use serde_json::Value;

fn rows(name: &str) -> Vec<(Value, Scenario)> {
    let path = format!("{}/data/oracle/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the oracle's rows are in the repository");
    text.lines()
        .map(|line| {
            (
                serde_json::from_str(line).expect("a JSON object"),
                Scenario::parse(line.as_bytes()).expect("a scenario"),
            )
        })
        .collect()
}

/// What differs between an outcome and the recorded row, in words.
fn differences(row: &Value, outcome: &Outcome) -> Vec<String> {
    let mut all = Vec::new();
    if row["verdict"] != outcome.verdict || row["step"] != outcome.step {
        all.push(format!(
            "{} at {}, lockdep says {} at {}",
            outcome.verdict, outcome.step, row["verdict"], row["step"]
        ));
    }
    if row["state_varies"] == true {
        return all;
    }
    let Some(classes) = row["classes"].as_object() else {
        return all;
    };
    for (name, expected) in classes {
        let Some(class) = outcome.classes.iter().find(|class| class.name == *name) else {
            all.push(format!("{name} was never used"));
            continue;
        };
        if expected["usage"] != class.usage {
            all.push(format!(
                "{name} usage {:#x}, lockdep says {}",
                class.usage, expected["usage"]
            ));
        }
        let mut after: Vec<_> = class
            .after
            .iter()
            .map(|(to, kinds, distance)| {
                (
                    to.replace("dma_fence_map/0", "dma_fence_map/-1"),
                    *kinds,
                    *distance,
                )
            })
            .map(|(to, kinds, distance)| {
                (
                    to.replace("dma_fence_stub_lock/0", "dma_fence_stub_lock/-1"),
                    kinds,
                    distance,
                )
            })
            .map(|(to, kinds, distance)| {
                (to.replace("fs_reclaim/0", "fs_reclaim/-1"), kinds, distance)
            })
            .map(|(to, kinds, distance)| {
                (
                    to.replace(
                        "mmu_notifier_invalidate_range_start/0",
                        "mmu_notifier_invalidate_range_start/-1",
                    ),
                    kinds,
                    distance,
                )
            })
            .collect();
        let mut theirs: Vec<(String, u8, u16)> =
            serde_json::from_value(expected["after"].clone()).expect("edges");
        after.sort();
        theirs.sort();
        if after != theirs {
            all.push(format!("{name} after {after:?}, lockdep says {theirs:?}"));
        }
    }
    all
}

fn conforms(name: &str) {
    let mut wrong = Vec::new();
    let rows = rows(name);
    for (row, scenario) in &rows {
        let outcome = scenario
            .run(Config::KERNEL)
            .expect("the oracle speaks the language");
        for difference in differences(row, &outcome) {
            wrong.push(format!(
                "{}: {difference}\n    {}",
                scenario.id,
                scenario.operations.join("; ")
            ));
        }
    }
    let shown: Vec<_> = wrong.iter().take(20).cloned().collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows differ:\n{}",
        wrong.len(),
        rows.len(),
        shown.join("\n")
    );
}

macro_rules! files {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            conforms($file);
        })*
    };
}

files! {
    the_kernels_selftest_families_have_lockdeps_verdicts: "families",
    signalling_sections_have_lockdeps_verdicts: "fence",
    primed_signalling_sections_have_lockdeps_verdicts: "fence-primed",
    the_kernels_own_fence_functions_have_lockdeps_verdicts: "fence-real",
    random_scenarios_have_lockdeps_verdicts: "random",
    permuted_scenarios_have_lockdeps_verdicts: "permuted",
    wait_overrides_have_lockdeps_verdicts: "wait-override",
    might_sleep_has_the_kernels_verdicts: "might-sleep-real",
    rarer_combinations_have_lockdeps_verdicts: "rare",
}
