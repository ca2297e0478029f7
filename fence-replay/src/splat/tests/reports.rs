//! The reports of generated scenarios: their kind is the file's name, and the scenario that caused each
//! stands in it, so its dependencies can be told without the report.

use std::collections::BTreeSet;

use super::super::*;
use super::{files, names, task};
use crate::proc_lockdep::UsageBit;

/// All reports, each with its file's name and scenario.
fn reports() -> Vec<(String, String, Report)> {
    files("reports", ".txt")
        .into_iter()
        .map(|(name, bytes)| {
            let mut reports = read_reports(&bytes);
            assert_eq!(reports.len(), 1, "{name}");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let scenario = text
                .lines()
                .nth(1)
                .expect("the scenario")
                .trim_start_matches("# ");
            (name, scenario.to_owned(), reports.remove(0))
        })
        .collect()
}

fn report(name: &str) -> Report {
    let found = reports().into_iter().find(|report| report.0 == name);
    found.unwrap_or_else(|| panic!("no {name}")).2
}

/// Orders in which the scenario takes locks: (held, taken), as far as it runs.
fn orders(scenario: &str) -> BTreeSet<(String, String)> {
    let mut held: Vec<&str> = Vec::new();
    let mut orders = BTreeSet::new();
    for op in scenario.split(';') {
        let words: Vec<&str> = op.split_whitespace().collect();
        match words.as_slice() {
            ["acq", lock, ..] => {
                for before in &held {
                    let class = |lock: &str| lock.split('.').next().unwrap_or_default().to_owned();
                    orders.insert((class(before), class(lock)));
                }
                held.push(lock);
            }
            ["rel", lock] => {
                if let Some(at) = held.iter().rposition(|before| before == lock) {
                    held.remove(at);
                }
            }
            ["thread"] => held.clear(),
            _ => {}
        }
    }
    orders
}

#[test]
fn the_kind_is_that_of_the_file() {
    for (name, _, report) in reports() {
        let kind = name.split('.').next().unwrap_or_default();
        assert_eq!(report.kind.word(), kind, "{name}");
        assert_eq!(report.kind.to_string(), kind);
    }
}

#[test]
fn every_report_names_its_task_and_misses_nothing() {
    for (name, _, report) in reports() {
        assert_eq!(report.task, Some(task("ldfuzz", 29)), "{name}");
        assert_eq!(report.problems, [], "{name}");
    }
}

#[test]
fn every_edge_is_an_order_that_the_scenario_has() {
    let mut checked = 0;
    for (name, scenario, report) in reports() {
        let orders = orders(&scenario);
        for edge in &report.edges {
            // `C#2` is another instance's class of the same scenario lock.
            let order = (edge.from.name.clone(), edge.to.name.clone());
            assert!(
                orders.contains(&order),
                "{name}: {order:?} is not in {scenario}"
            );
            checked += 1;
        }
    }
    // At least one for each of the 3 circular, 3 recursive and 12 safe-unsafe reports.
    assert!(checked >= 18, "{checked}");
}

#[test]
fn the_edges_of_a_circular_report_close_a_cycle_with_a_new_one() {
    for (name, _, report) in reports() {
        if report.kind != Kind::Circular {
            continue;
        }
        assert!(report.edges.len() >= 2, "{name}");
        for (index, edge) in report.edges.iter().enumerate() {
            let next = &report.edges[(index + 1) % report.edges.len()];
            assert!(edge.to.is(&next.from), "{name}");
            assert_eq!(edge.new, index == report.edges.len() - 1, "{name}");
        }
        let new = report.edges.last().expect("two edges");
        let lock = report.lock.as_ref().expect("a lock");
        let holding = report.holding.as_ref().expect("a held lock");
        assert!(
            new.to.is(&lock.class) && new.from.is(&holding.class),
            "{name}"
        );
    }
}

#[test]
fn circular_1_reads_as_printed() {
    // `-> #1 (B)` and `-> #0 (C)`: B was taken inside C before, now C inside B.
    let report = report("circular.1");
    let place = Some("do_acq.constprop.0".to_owned());
    assert_eq!(
        names(&report),
        [
            ("C".to_owned(), "B".to_owned(), place.clone(), false),
            ("B".to_owned(), "C".to_owned(), place, true),
        ]
    );
    let indices: Vec<u32> = report.chain.iter().map(|entry| entry.index).collect();
    assert_eq!(indices, [0, 1]);
    let lock = report.lock.expect("a lock");
    assert_eq!(lock.addr, Some(0xffff_ffff_8401_0080));
    assert_eq!(lock.class.wait, Some(WaitTypes { outer: 0, inner: 0 }));
    // `{.+.+}`: taken for reading with hardirqs and with softirqs enabled.
    let usage = lock.class.usage.expect("usage");
    assert!(usage.contains(UsageBit::HardirqOnRead) && usage.contains(UsageBit::SoftirqOnRead));
    assert_eq!(report.held.len(), 1);
    assert_eq!(report.held[0].lock.class.name, "B");
}

#[test]
fn a_safe_unsafe_report_shows_both_sides_and_the_new_edge() {
    // Softirq-safe C -> D is known, D -> B is new, B -> A (softirq-unsafe) is known.
    let report = report("softirq-safe-unsafe.1");
    let edges: Vec<_> = names(&report)
        .into_iter()
        .map(|(from, to, _, new)| (from, to, new))
        .collect();
    let edge = |from: &str, to: &str, new| (from.to_owned(), to.to_owned(), new);
    assert_eq!(
        edges,
        [
            edge("C", "D", false),
            edge("B", "A", false),
            edge("D", "B", true)
        ]
    );
    assert!(report.edges.iter().all(|edge| edge.acquired_at.is_some()));

    // `... which became SOFTIRQ-irq-safe at:` of C, and `-unsafe` of A {+.+.}; each with its place.
    let [safe, unsafe_, ..] = report.usage.as_slice() else {
        panic!("{:?}", report.usage);
    };
    let class = |usage: &UsageRecord| usage.class.as_ref().map(|class| class.name.clone());
    assert_eq!(
        (class(safe).as_deref(), safe.bit),
        (Some("C"), Some(UsageBit::InSoftirq))
    );
    assert_eq!(
        (class(unsafe_).as_deref(), unsafe_.bit),
        (Some("A"), Some(UsageBit::SoftirqOn))
    );
    let place = |usage: &UsageRecord| usage.registered_at.as_ref().map(|at| at.function.clone());
    assert_eq!(place(safe).as_deref(), Some("do_acq.constprop.0"));
    // Below lockdep_hardirqs_on_prepare and trace_hardirqs_on.
    assert_eq!(place(unsafe_).as_deref(), Some("run_scenario"));
}

#[test]
fn an_inversion_by_a_taken_lock_follows_the_printed_order() {
    // `Chain exists of: A --> D --> C`; printed in this order, as A's inner locks were searched
    // backwards from C.
    let edges: Vec<_> = names(&report("irq-inversion.1"))
        .into_iter()
        .map(|(from, to, _, new)| (from, to, new))
        .collect();
    let edge = |from: &str, to: &str| (from.to_owned(), to.to_owned(), false);
    assert_eq!(edges, [edge("A", "D"), edge("D", "C")]);
}

#[test]
fn an_inversion_by_a_lock_that_was_taken_is_printed_backwards() {
    // print_shortest_lock_dependencies() walks from the far lock back to the one whose state changed;
    // the place below an entry is where it was taken inside the next one.
    let log = b"WARNING: possible irq lock inversion dependency detected
a/1 just changed the state of lock:
ff00 (C){-...}-{0:0}, at: changer+0x1/0x2
but this lock took another, HARDIRQ-unsafe lock in the past:
 (A){+...}-{0:0}

the shortest dependencies between 2nd lock and 1st lock:
  -> (A){+...}-{0:0} {
     HARDIRQ-ON-W at:
                        lock_acquire+0x1/0x2
                        first_user+0x1/0x2
   }
   ... key      at: [<ffffffff84010b00>] keys+0x0/0x140
   ... acquired at:
   takes_a_in_d+0x1/0x2

 -> (D){....}-{0:0} {
  }
  ... key      at: [<ffffffff84010b30>] keys+0x30/0x140
  ... acquired at:
   takes_d_in_c+0x1/0x2

-> (C){-...}-{0:0} {
 }
 ... key      at: [<ffffffff84010b20>] keys+0x20/0x140
 ... acquired at:
   changer+0x1/0x2
";
    let reports = read_reports(log);
    let edge = |from: &str, to: &str, place: &str| {
        (
            from.to_owned(),
            to.to_owned(),
            Some(place.to_owned()),
            false,
        )
    };
    let expected = [
        edge("C", "D", "takes_d_in_c"),
        edge("D", "A", "takes_a_in_d"),
    ];
    assert_eq!(names(&reports[0]), expected);
    let place = reports[0].usage[0]
        .registered_at
        .as_ref()
        .map(|at| at.function.as_str());
    assert_eq!(place, Some("first_user"));
    assert_eq!(reports[0].problems, []);
}

#[test]
fn an_inversion_by_an_outer_lock_keeps_each_place_with_the_lock_that_was_held() {
    // An entry of the kernel's backwards search holds the trace of the lock taken inside it.
    let log = b"WARNING: possible irq lock inversion dependency detected
a/1 just changed the state of lock:
ff00 (C){+...}-{0:0}, at: changer+0x1/0x2
but this lock was taken by another, HARDIRQ-safe lock in the past:
 (A){-...}-{0:0}

the shortest dependencies between 2nd lock and 1st lock:
 -> (A){-...}-{0:0} {
  }
  ... acquired at:
   takes_c_in_a+0x1/0x2

-> (C){+...}-{0:0} {
 }
 ... acquired at:
   changer+0x1/0x2
";
    let place = Some("takes_c_in_a".to_owned());
    let expected = [("A".to_owned(), "C".to_owned(), place, false)];
    assert_eq!(names(&read_reports(log)[0]), expected);
}

#[test]
fn lists_of_what_others_hold_are_not_the_reports() {
    let log = b"WARNING: a/1 still has locks held!
1 lock held by other/2:
 #0: ff03 (D){....}-{0:0}, at: x+0x1/0x2
1 lock held by a/1:
 #0: ff00 (A){....}-{0:0}, at: x+0x1/0x2
Showing all locks held in the system:
2 locks held by b/2:
 #0: ff01 (B){....}-{0:0}, at: x+0x1/0x2
1 lock held by a/1:
 #0: ff02 (C){....}-{0:0}, at: x+0x1/0x2
";
    let held = &read_reports(log)[0].held;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].lock.class.name, "A");
}

#[test]
fn an_inconsistent_report_names_both_states_and_the_context() {
    let report = report("inconsistent.1");
    assert_eq!(
        report.transition,
        Some((UsageBit::HardirqOn, UsageBit::InHardirq))
    );
    // `[HC1[1]:SC0[0]:HE0:SE1]`
    assert_eq!(
        report.irq_state,
        Some(IrqState {
            hardirq: true,
            softirq: false,
            hardirqs_enabled: false,
            softirqs_enabled: true,
        })
    );
    assert_eq!(report.usage.len(), 1);
    assert_eq!(report.usage[0].bit, Some(UsageBit::HardirqOn));
    assert_eq!(
        report.usage[0]
            .class
            .as_ref()
            .map(|class| class.name.as_str()),
        Some("B")
    );
    assert_eq!(report.edges, []);
}

#[test]
fn a_wait_context_report_has_wait_types() {
    let report = report("invalid-wait-context.1");
    let inner = |lock: &LockRef| lock.class.wait.map(|wait| wait.inner);
    assert_eq!(report.lock.as_ref().and_then(inner), Some(4));
    assert_eq!(report.context, Some(WaitTypes { outer: 5, inner: 5 }));
    assert_eq!(
        report.held.first().and_then(|held| inner(&held.lock)),
        Some(3)
    );
}

#[test]
fn a_bad_unlock_names_the_lock_its_place_and_what_is_held() {
    let report = report("bad-unlock.2");
    let lock = report.lock.expect("a lock");
    assert_eq!(lock.class.name, "A");
    assert_eq!(
        lock.at.map(|at| at.function),
        Some("run_scenario".to_owned())
    );
    let held: Vec<_> = report
        .held
        .iter()
        .map(|held| held.lock.class.to_string())
        .collect();
    assert_eq!(held, ["C#2"]);
}

#[test]
fn a_missing_nest_lock_is_named() {
    let report = report("nest-lock-not-held.1");
    assert_eq!(
        report.nest_lock.map(|class| class.name),
        Some("B".to_owned())
    );
    assert_eq!(
        report.lock.map(|lock| lock.class.name),
        Some("A".to_owned())
    );
}

#[test]
fn held_locks_come_oldest_first() {
    let held = |name: &str| -> Vec<(u32, String)> {
        let held = report(name).held;
        held.iter()
            .map(|held| (held.index, held.lock.class.name.clone()))
            .collect()
    };
    let lock = |index, name: &str| (index, name.to_owned());
    assert_eq!(
        held("recursive.1"),
        [lock(0, "D"), lock(1, "B"), lock(2, "A")]
    );
    assert_eq!(held("locks-held-at-end.3"), [lock(0, "B"), lock(1, "D")]);
    assert_eq!(held("held-lock-freed.1"), [lock(0, "A")]);
    assert_eq!(held("sleep-in-atomic.1"), []);
    assert_eq!(held("sleep-in-atomic.2"), [lock(0, "A")]);
}
