//! Gates: what keeps a cycle from hanging is a note, and what does not is an error, in whatever order tasks were seen.

use fence_engine::{Config, Level};
use fence_replay::scenario::{Outcome, Scenario};
use fence_replay::{pattern, pattern_events};
use fence_tests::orders::orders;

/// What strict says of threads that take and release exclusive locks, `-` before a name for a release and `r:` for
/// recursive reading.
fn run(threads: &[String]) -> Outcome {
    let words = || threads.iter().flat_map(|thread| thread.split(' '));
    let name = |word: &str| {
        word.trim_start_matches('-')
            .trim_start_matches("r:")
            .to_owned()
    };
    let mut names: Vec<String> = words().map(name).collect();
    names.sort_unstable();
    names.dedup();
    let mut operations: Vec<String> = names.iter().map(|name| format!("class {name}")).collect();
    for thread in threads {
        operations.push("thread".to_owned());
        operations.extend(thread.split(' ').map(|word| {
            match (word.strip_prefix('-'), word.strip_prefix("r:")) {
                (Some(name), _) => format!("rel {name}"),
                (_, Some(name)) => format!("acq {name} R"),
                _ => format!("acq {word} w"),
            }
        }));
    }
    let scenario = Scenario {
        id: String::new(),
        operations,
    };
    let (outcome, engine) = scenario
        .run_to_engine(Config::STRICT)
        .expect("of the language");
    assert_eq!(engine.limits_reached(), [""; 0]);
    outcome
}

/// Checks the verdict in all orders of the threads.
fn assert_verdict(threads: &[String], expected: &str) {
    for order in orders(threads) {
        assert_eq!(run(&order).verdict, expected, "{order:?}");
    }
}

/// Writers of B after A pass the gate, and so does the one that takes them the other way round, holding B for recursive
/// reading. A reader of B after A does not, but it blocks on no reader: nothing can hang. Once the last one holds B
/// exclusively, the reader and it do.
#[test]
fn a_gate_around_writers_is_not_lost_by_readers_that_do_without() {
    let reader = "A r:B -B -A".to_owned();
    let writer = "G A B -B -A -G".to_owned();
    let inverse = "G r:B A -A -B -G".to_owned();
    let exclusive = "G B A -A -B -G".to_owned();
    assert_verdict(&[reader.clone(), writer.clone(), inverse], "ok");
    assert_verdict(&[reader, writer, exclusive], "circular");
}

/// Any two of many locks in either order, all under one gate: whatever could wait in a circle passes the gate first.
#[test]
fn nothing_under_one_gate_hangs_in_any_order() {
    const LOCKS: usize = 40;
    let pairs = (0..LOCKS).flat_map(|one| (0..LOCKS).map(move |other| (one, other)));
    let threads: Vec<String> = pairs
        .filter(|(one, other)| one != other)
        .map(|(one, other)| format!("G L{one} L{other} -L{other} -L{one} -G"))
        .collect();
    let outcome = run(&threads);
    assert_eq!(outcome.verdict, "ok");
    assert!(
        outcome
            .findings
            .iter()
            .all(|finding| finding.level == Level::Note)
    );
    assert!(!outcome.findings.is_empty(), "the cycles are noted");
}

/// Locks taken in one order, any of them before any later one, reach the end of a chain under the gate that also lies
/// around the way back. There is one way that does not pass the gate, among millions that do.
#[test]
fn a_way_around_the_gate_is_found_among_millions_that_are_not() {
    const LOCKS: usize = 24;
    let pairs = (0..LOCKS).flat_map(|one| (one + 1..LOCKS).map(move |other| (one, other)));
    let dense: Vec<String> = pairs
        .map(|(one, other)| format!("N{one} N{other} -N{other} -N{one}"))
        .chain((0..LOCKS).map(|at| format!("L N{at} -N{at} -L")))
        .collect();
    let gated: Vec<String> = (0..LOCKS)
        .map(|at| format!("G N{at} F -F -N{at} -G"))
        .collect();
    let threads = [
        dense.join(" "),
        gated.join(" "),
        "G F L -L -F -G".to_owned(),
    ];
    assert_verdict(&threads, "ok");
    let around = "L Y -Y -L Y Z -Z -Y Z F -F -Z".to_owned();
    let with_way: Vec<String> = threads.into_iter().chain([around]).collect();
    assert_verdict(&with_way, "circular");
}

/// The waiter holds the gate and B, so the holder of A that waits for B under the gate is not there, and the signaller
/// gets A. Without the gate around one of the two it may be.
#[test]
fn two_holders_that_a_gate_keeps_apart_need_no_gate_around_the_fence() {
    let orderly =
        "  lock g mutex\n  lock a mutex\n  lock b mutex\n  unlock b\n  unlock a\n  unlock g\n";
    let waiter = "  lock g mutex\n  lock b mutex\n  wait F\n  unlock b\n  unlock g\n";
    let signaller =
        "  begin_signalling\n  lock a mutex\n  unlock a\n  signal F\n  end_signalling\n";
    let ungated = waiter
        .replace("  lock g mutex\n", "")
        .replace("  unlock g\n", "");
    for (waiter, hangs) in [(waiter, false), (&*ungated, true)] {
        for order in orders(&[orderly, waiter, signaller]) {
            let threads = order.iter().zip(1..);
            let threads: Vec<String> = threads
                .map(|(lines, number)| format!("thread t{number}\n{lines}"))
                .collect();
            let threads = threads.concat();
            let file = pattern::parse_bytes(format!("pattern p\n{threads}").as_bytes());
            assert!(file.all_problems().is_empty());
            let outcome = pattern_events::run(&file.patterns[0], "p.fence", Config::STRICT);
            let serious = outcome
                .findings
                .iter()
                .any(|finding| finding.level >= Level::Warning);
            assert_eq!(serious, hangs, "{threads}");
        }
    }
}
