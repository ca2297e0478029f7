//! Class graphs of the scenarios that a real kernel ran: the threads of each, run apart and merged, are the whole.

use fence_engine::Config;
use fence_engine::fgraph::merge_all;
use fence_replay::scenario::Scenario;

/// The operations of each thread of a scenario, with all its class declarations before them.
fn threads(scenario: &Scenario) -> Vec<Scenario> {
    let is_class = |operation: &&String| operation.starts_with("class ");
    let classes: Vec<String> = scenario
        .operations
        .iter()
        .filter(is_class)
        .cloned()
        .collect();
    let operations: Vec<String> = scenario
        .operations
        .iter()
        .filter(|operation| !is_class(operation))
        .cloned()
        .collect();
    let threads = operations.split(|operation| operation == "thread");
    threads
        .map(|thread| Scenario {
            id: scenario.id.clone(),
            operations: [&classes, thread].concat(),
        })
        .collect()
}

/// Scenarios that call the kernel's own functions, whose classes are declared only where one is called.
fn is_real(scenario: &Scenario) -> bool {
    scenario
        .operations
        .iter()
        .any(|operation| matches!(operation.as_str(), "rfb" | "rfe" | "rfw" | "ralloc" | "rms"))
}

#[test]
fn the_threads_of_every_scenario_that_a_kernel_ran_merge_to_the_whole() {
    let mut checked = 0;
    for name in [
        "families",
        "fence",
        "fence-primed",
        "random",
        "rare",
        "wait-override",
    ] {
        let path = format!("{}/data/oracle/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the oracle's rows are in the repository");
        for line in text.lines() {
            let scenario = Scenario::parse(line.as_bytes()).expect("a scenario");
            let parts = threads(&scenario);
            if parts.len() < 2 || is_real(&scenario) {
                continue;
            }
            let graph = |scenario: &Scenario| {
                let (_, engine) = scenario.run_to_engine(Config::STRICT).expect("a scenario");
                engine.class_graph_of_part()
            };
            let merged = merge_all(parts.iter().map(graph));
            let whole = graph(&scenario);
            assert_eq!(
                merged.without_evidence(),
                whole.without_evidence(),
                "{}\n{merged}\n{whole}",
                scenario.id
            );
            checked += 1;
        }
    }
    assert!(checked > 3000, "{checked} scenarios of several threads");
}
