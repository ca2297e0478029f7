//! Things inside things, deeper than they go: locks, brackets, JSON.

use fence_engine::Config;

use crate::memory::{MIB, peak};
use crate::recording::{Seen, read, trace};

/// How often the rule about the depth of the held stack was broken.
fn too_deep(seen: &Seen) -> usize {
    seen.rules
        .iter()
        .filter(|rule| **rule == "lock-depth")
        .count()
}

#[test]
fn nesting_beyond_48_locks_is_reported_once_in_every_language() {
    let many = |line: &dyn Fn(usize) -> String| (0..500).map(line).collect::<String>();
    let locks = many(&|at| format!(" lock l{at} mutex\n"))
        + &many(&|at| format!(" unlock l{}\n", 499 - at));
    let seen = read(
        format!("pattern p\nthread t\n{locks}").as_bytes(),
        Config::STRICT,
    );
    // And no release of a lock that found the stack full is called unbalanced.
    assert_eq!(
        (&seen.rules[..], seen.problem_count),
        (&["lock-depth"][..], 0)
    );

    let operations = many(&|at| format!("\"class L{at}\",\"acq L{at} w\","));
    let scenario = format!("{{\"id\":\"x\",\"scenario\":[{operations}\"ms\"]}}");
    let seen = read(scenario.as_bytes(), Config::STRICT);
    assert_eq!((seen.ran.len(), too_deep(&seen)), (1, 1));

    let event = |number: u64| {
        let (event, lock) = if number < 200 {
            ("acquire", number)
        } else {
            ("release", 399 - number)
        };
        (1, format!("lock_{event}: ff11{lock:08x} &lock{lock}"))
    };
    assert_eq!(too_deep(&read(trace(400, event), Config::STRICT)), 1);
}

#[test]
fn brackets_that_open_without_end_are_survived() {
    for (open, close) in [
        ("begin_signalling", "end_signalling"),
        ("irq_off", "irq_on"),
        ("bh_off", "bh_on"),
        ("preempt_off", "preempt_on"),
        ("irq_enter", "irq_exit"),
        ("softirq_enter", "softirq_exit"),
        ("reclaim_begin", "reclaim_end"),
        ("mmu_notifier_begin", "mmu_notifier_end"),
        ("scope_begin nofs", "scope_end nofs"),
        ("get F", "put F"),
        ("timer_run T", "timer_done T"),
        ("run w wq=q", "done w"),
        ("pm_busy P", "pm_done P"),
        ("section_enter S", "section_exit S"),
        ("ww_begin W", "ww_end W"),
        ("callback F", "callback_end F"),
        ("lock r rwsem-read", "unlock r"),
        ("spin_irq s", "unlock_irq s"),
    ] {
        // More than 65,535: a counter of 16 bits overflows.
        let source = format!(
            "pattern p\nthread t\n{}",
            format!("{open}\n").repeat(66_000)
        );
        let (seen, bytes) = peak(|| read(source.as_bytes(), Config::STRICT));
        assert!(
            seen.ran.len() == 1 || open == "callback F",
            "{open}: {:?}",
            seen.problems.first()
        );
        assert!(bytes < 128 * MIB, "{open}: {bytes} bytes");
        let source = format!(
            "pattern p\nthread t\n{open}\n{}",
            format!("{close}\n").repeat(1000)
        );
        let _ = read(source.as_bytes(), Config::STRICT);
    }
}

#[test]
fn json_nested_10_000_deep_is_no_scenario_and_costs_its_line_only() {
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let before = &br#"{"id":"x","scenario":"#[..];
    let good = &br#"{"id":"good","scenario":["class A"]}"#[..];
    let seen = read(
        [before, &deep, b"}\n", good].concat().as_slice(),
        Config::STRICT,
    );
    assert_eq!(
        (seen.ran, seen.problems.len()),
        (vec!["good".to_owned()], 1)
    );
    assert_eq!(seen.problems[0].0, 1);
    assert!(seen.problems[0].1 > 0);
    // In a field that nobody reads it is passed over, or a problem; either way the next line is read.
    let seen = read(
        [
            &br#"{"id":"x","scenario":[],"more":"#[..],
            &deep,
            b"}\n",
            good,
        ]
        .concat()
        .as_slice(),
        Config::STRICT,
    );
    assert_eq!(seen.ran.last().map(String::as_str), Some("good"));
}
