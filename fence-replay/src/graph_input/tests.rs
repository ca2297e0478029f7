//! The kernel's texts, shortened to what matters, and the graphs they become.

use fence_engine::fgraph::new_findings;
use fence_engine::{ClassKind, Config, DepKinds, WaitType};

use super::*;
use crate::proc_lockdep::Snapshot;
use crate::splat::read_reports;

/// A circular report as 6.12 prints it, shortened to what matters.
const CIRCULAR: &[u8] = b"\
======================================================
WARNING: possible circular locking dependency detected
6.12.117 #3 Not tainted
------------------------------------------------------
job/29 is trying to acquire lock:
ffffffff84010080 (&gpu->lock){+.+.}-{4:4}, at: gpu_recover+0x175/0x1a0 [gpu]

but task is already holding lock:
ffffffff8400ffc0 (fs_reclaim){+.+.}-{0:0}, at: shrink+0x175/0x1a0

which lock already depends on the new lock.

the existing dependency chain (in reverse order) is:

-> #1 (fs_reclaim){+.+.}-{0:0}:
       fs_reclaim_acquire+0x18e/0x1a0
       gpu_submit+0x39b/0x11aa [gpu]

-> #0 (&gpu->lock){+.+.}-{4:4}:
       lock_acquire+0x12e/0x22c
       gpu_recover+0x18e/0x1a0 [gpu]

other info that might help us debug this:

1 lock held by job/29:
 #0: ffffffff8400ffc0 (fs_reclaim){+.+.}-{0:0}, at: shrink+0x175/0x1a0

stack backtrace:
";

#[test]
fn a_circular_report_is_a_graph_with_its_cycle() {
    let reports = read_reports(CIRCULAR);
    let graph = from_splats("dmesg.txt", &reports);
    let name = |class| graph.class(class).name;
    let seen: Vec<_> = graph
        .edges()
        .map(|edge| {
            let (kinds, witness) = edge.witnesses().next().expect("one witness each");
            (
                name(edge.from),
                name(edge.to),
                kinds,
                witness.to.function,
                witness.task,
            )
        })
        .collect();
    let expected = [
        (
            "&gpu->lock",
            "fs_reclaim",
            DepKinds::EN,
            "gpu_submit [gpu]",
            "",
        ),
        (
            "fs_reclaim",
            "&gpu->lock",
            DepKinds::EN,
            "gpu_recover [gpu]",
            "job-29",
        ),
    ];
    assert_eq!(seen, expected);
    let rules: Vec<_> = graph
        .findings(Config::STRICT)
        .iter()
        .map(|finding| finding.rule.name)
        .collect();
    assert_eq!(rules, ["lock-order-cycle"]);
    let (_, class) = graph.classes().next().expect("&gpu->lock sorts first");
    assert_eq!(
        (class.outer, class.usage.chars()),
        (WaitType::Sleep, ['+', '.', '+', '.'])
    );
    let kinds: Vec<_> = graph
        .classes()
        .filter(|(_, class)| class.name == "fs_reclaim")
        .map(|(_, class)| class.kind)
        .collect();
    assert_eq!(kinds, [ClassKind::Reclaim]);
}

#[test]
fn an_inconsistent_state_is_found_again() {
    let log = b"\
================================
WARNING: inconsistent lock state
6.12.117 #3 Not tainted
--------------------------------
inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage.
job/29 [HC0[0]:SC0[0]:HE1:SE1] takes:
ffffffff84010080 (&gpu->lock){?.+.}-{2:2}, at: gpu_submit+0x175/0x1a0 [gpu]
{IN-HARDIRQ-W} state was registered at:
  lock_acquire+0x12e/0x22c
  gpu_irq+0x18e/0x1a0 [gpu]
";
    let graph = from_splats("dmesg.txt", &read_reports(log));
    let findings = graph.findings(Config::STRICT);
    assert_eq!(findings[0].rule.name, "inconsistent-irq-state");
    let functions: Vec<_> = findings[0]
        .steps
        .iter()
        .map(|step| step.place.function.as_str())
        .collect();
    assert_eq!(functions, ["gpu_submit [gpu]", "gpu_irq [gpu]"]);
}

fn snapshot(text: &str) -> Snapshot {
    Snapshot::read(text.as_bytes()).expect("a slice can be read")
}

#[test]
fn proc_lockdep_and_its_chains_say_what_each_has_seen() {
    let classes = from_proc_lockdep(
        "lockdep",
        &snapshot(
            "all lock classes:\n\
                 ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: &gpu->lock\n \
                 -> [ffffffff82024000] fs_reclaim\n\n\
                 ffffffff82024000 FD:    1 BD:    2 +.+.: fs_reclaim\n\n\
                 ffffffff82024008 FD:    1 BD:    2 -.-.: &rq->lock#2/1\n\n",
        ),
    );
    let names: Vec<_> = classes
        .classes()
        .map(|(_, class)| (class.label(), class.usage.bits()))
        .collect();
    assert!(
        names.contains(&("&rq->lock#2/1".to_owned(), 0b1_0001)),
        "{names:?}"
    );
    // The contract's other classes are there for their roles.
    assert_eq!((classes.edge_count(), names.len()), (1, 3 + 5));

    let chains = from_proc_lockdep(
        "chains",
        &snapshot(
            "all lock chains:\n\
                 irq_context: 0\n[ffffffff00000010] fs_reclaim\n[ffffffff00000020] &a\n[ffffffff00000030] &gpu->lock\n\n\
                 irq_context: 0\n[ffffffff00000040] rcu_read_lock\n[ffffffff00000020] &a\n\n\
                 irq_context: 0\n[ffffffff00000010] fs_reclaim\n[ffffffff00000020] &a\n\n",
        ),
    );
    let label = |class| chains.class(class).label();
    let edges: Vec<_> = chains
        .edges()
        .map(|edge| (label(edge.from), label(edge.to)))
        .collect();
    let expected = [("&a", "&gpu->lock"), ("fs_reclaim", "&a")];
    assert_eq!(
        edges,
        expected.map(|(from, to)| (from.to_owned(), to.to_owned()))
    );

    // Two boots, one cycle.
    let merged = classes.merge(&chains);
    let new = new_findings(&merged, Config::STRICT, [classes, chains]);
    assert_eq!(new.len(), 1, "{new:?}");
    assert_eq!(new[0].rule.name, "lock-order-cycle");
}
