//! The two files as the kernel's `lockdep_proc.c` prints them, and damage to them.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::lines::SliceLines;

/// `l_show()`: heading, class, its dependencies, a blank line.
const CLASSES: &str = "\
all lock classes:
ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: &gpu->submit_lock
 -> [ffffffff82024000] dma_fence_map
 -> [ffffffff81c4c5b0] &rq->__lock/1

ffffffff82024000 FD:    1 BD:    2 ++++: dma_fence_map

ffffffff81c4c5b0 FD:    1 BD:    3 -.-.: &rq->__lock/1

ffffffffa0004540 FD:    1 BD:    1 ....: &(&sig->stats_lock)->lock#2

";

/// `lc_show()` of Linux 6.12; older kernels print numbers.
const CHAINS: &str = "\
all lock chains:
irq_context: 0
[ffffffff81c4c5a0] &gpu->submit_lock

irq_context: 0
[ffffffff81c4c5a0] &gpu->submit_lock
[ffffffff82024000] dma_fence_map
[ffffffff81c4c5b0] &rq->__lock/1

irq_context: hardirq|softirq
[ffffffff81c4c5b0] &rq->__lock/1

";

fn snapshot(text: &str) -> Snapshot {
    Snapshot::read(text.as_bytes()).expect("a slice cannot fail")
}

#[test]
fn classes_come_with_usage_and_direct_dependencies() {
    let snapshot = snapshot(CLASSES);
    assert_eq!(snapshot.source, Some(Source::Classes));
    assert_eq!(snapshot.problems, []);
    let classes: Vec<_> = snapshot
        .classes
        .iter()
        .map(|class| {
            (
                class.name.as_str(),
                class.version,
                class.subclass,
                class.line,
            )
        })
        .collect();
    assert_eq!(
        classes,
        [
            ("&gpu->submit_lock", None, 0, 2),
            ("dma_fence_map", None, 0, 6),
            ("&rq->__lock", None, 1, 8),
            ("&(&sig->stats_lock)->lock", Some(2), 0, 10),
        ]
    );
    let masks: Vec<_> = snapshot
        .classes
        .iter()
        .map(|class| class.usage.map(Usage::mask))
        .collect();
    // `+.+.` is HARDIRQ-ON (2) and SOFTIRQ-ON (6); `-.-.` is IN-HARDIRQ (0) and IN-SOFTIRQ (4).
    assert_eq!(
        masks,
        [
            Some(0b0100_0100),
            Some(0b1100_1100),
            Some(0b0001_0001),
            Some(0)
        ]
    );
    let dependencies: Vec<_> = snapshot
        .dependencies
        .iter()
        .map(|dependency| (dependency.from, dependency.to, dependency.line))
        .collect();
    assert_eq!(
        dependencies,
        [
            (0xffff_ffff_81c4_c5a0, 0xffff_ffff_8202_4000, 3),
            (0xffff_ffff_81c4_c5a0, 0xffff_ffff_81c4_c5b0, 4),
        ]
    );
}

#[test]
fn the_ops_column_of_a_debug_kernel_is_read() {
    let with = snapshot("ffffffff81c4c5a0 OPS:    1234 FD:   12 BD:   34 +.+.: &a b: c\n");
    assert_eq!(with.problems, []);
    assert_eq!(with.classes[0].ops, Some(1234));
    assert_eq!(with.classes[0].name, "&a b: c");
    assert!(with.classes[0].usage.is_some());
}

#[test]
fn without_lock_proving_only_the_name_shows() {
    for line in [
        "ffffffff81c4c5a0: &a\n",
        "ffffffff81c4c5a0 OPS:       1: &a\n",
    ] {
        let snapshot = snapshot(line);
        assert_eq!(snapshot.problems, [], "{line}");
        assert_eq!(
            (snapshot.classes[0].name.as_str(), snapshot.classes[0].usage),
            ("&a", None)
        );
    }
}

#[test]
fn chains_come_with_their_context_and_prove_one_dependency() {
    let snapshot = snapshot(CHAINS);
    assert_eq!(snapshot.source, Some(Source::Chains));
    assert_eq!(snapshot.problems, []);
    assert_eq!(snapshot.classes.len(), 3, "each class once");
    let lengths: Vec<_> = snapshot
        .chains
        .iter()
        .map(|chain| chain.classes.len())
        .collect();
    assert_eq!(lengths, [1, 3, 1]);
    assert_eq!(snapshot.chains[0].dependency(), None);
    assert_eq!(
        snapshot.chains[1].dependency(),
        Some((0xffff_ffff_8202_4000, 0xffff_ffff_81c4_c5b0))
    );
    let both = IrqContext {
        hardirq: true,
        softirq: true,
    };
    assert_eq!(snapshot.chains[2].context, both);
    assert_eq!(snapshot.chains[0].context, IrqContext::default());
}

#[test]
fn older_kernels_number_the_contexts() {
    let contexts: Vec<_> =
        snapshot("irq_context: 1\nirq_context: 2\nirq_context: softirq\nirq_context: hardirq\n")
            .chains
            .iter()
            .map(|chain| (chain.context.hardirq, chain.context.softirq))
            .collect();
    // LOCK_CHAIN_SOFTIRQ_CONTEXT is bit 0, LOCK_CHAIN_HARDIRQ_CONTEXT bit 1.
    assert_eq!(
        contexts,
        [(false, true), (true, false), (false, true), (true, false)]
    );
}

#[test]
fn a_kernel_out_of_chain_room_says_so() {
    assert!(snapshot("(buggered) all lock chains:\n").incomplete);
    assert!(!snapshot(CHAINS).incomplete);
}

#[test]
fn damage_is_a_problem_at_its_column_and_costs_its_line() {
    let problems = |text: &str| -> Vec<_> {
        snapshot(text)
            .problems
            .iter()
            .map(|problem| (problem.line, problem.column, problem.kind))
            .collect()
    };
    assert_eq!(problems("what\n"), [(1, 1, ProblemKind::Unrecognised)]);
    assert_eq!(
        problems("ff00 FD: x BD: 1 ....: a\n"),
        [(1, 10, ProblemKind::BadNumber("FD"))]
    );
    assert_eq!(
        problems("ff00 FD: 1 BD: 1 ..q.: a\n"),
        [(1, 17, ProblemKind::BadUsage)]
    );
    assert_eq!(
        problems("ff00 FD: 1 BD: 1 ....: \n"),
        [(1, 24, ProblemKind::NoName)]
    );
    assert_eq!(
        problems("ff00 FD: 1 BD: 1 ....\n"),
        [(1, 22, ProblemKind::BadUsage)]
    );
    assert_eq!(problems(" -> [ff00] a\n"), [(1, 1, ProblemKind::NoClass)]);
    assert_eq!(
        problems("ff00: a\n -> ff01 a\n"),
        [(2, 5, ProblemKind::BadKey)]
    );
    assert_eq!(problems("[ff00] a\n"), [(1, 1, ProblemKind::NoChain)]);
    assert_eq!(
        problems("irq_context: 9\n"),
        [(1, 14, ProblemKind::BadIrqContext)]
    );
    let damaged = format!("\0\n{CLASSES}\u{fffd}\n");
    assert_eq!(problems(&damaged).len(), 2);
    assert_eq!(snapshot(&damaged).classes.len(), 4);
}

#[test]
fn a_file_beyond_every_kernel_is_left_off_where_it_exceeds_them() {
    let mut text = String::new();
    for key in 0..70_000 {
        writeln!(text, "{key:x}: a").expect("a string takes all");
    }
    let snapshot = snapshot(&text);
    assert_eq!(snapshot.classes.len(), 65_536);
    let kinds: Vec<_> = snapshot
        .problems
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(kinds, [ProblemKind::TooMany]);
}

#[test]
fn problems_do_not_pile_up() {
    assert_eq!(snapshot(&"what\n".repeat(5000)).problems.len(), 1000);
}

#[test]
fn sniffing_tells_both_files_from_other_text() {
    assert_eq!(sniff(CLASSES.as_bytes()), Some(Source::Classes));
    assert_eq!(sniff(CHAINS.as_bytes()), Some(Source::Chains));
    assert_eq!(
        sniff(b"ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: a\n"),
        Some(Source::Classes)
    );
    assert_eq!(sniff(b"deadbeef: text\n"), None);
    assert_eq!(sniff(b"# tracer: nop\n"), None);
    assert_eq!(sniff(b""), None);
}

fn survives(bytes: &[u8]) {
    let snapshot = Snapshot::read(bytes).expect("a slice cannot fail");
    let lines = SliceLines::new(bytes).count();
    assert!(
        snapshot.classes.len() + snapshot.dependencies.len() + snapshot.problems.len() <= 2 * lines
    );
    let _ = sniff(bytes);
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes);
    }

    #[test]
    fn damaged_files_are_read_to_the_end(
        chains in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..30),
    ) {
        let mut bytes = if chains { CHAINS } else { CLASSES }.as_bytes().to_vec();
        for (at, byte, insert) in edits {
            let at = at.index(bytes.len());
            if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
        }
        survives(&bytes);
    }

    #[test]
    fn any_printed_class_comes_back(
        key in any::<u64>(),
        ops in prop::option::of(0_u64..100_000_000),
        chars in "[.+?-]{4}",
        name in "[!-~][ -~]{0,40}",
    ) {
        let ops_column = ops.map(|ops| format!(" OPS:{ops:8}")).unwrap_or_default();
        let line = format!("{key:x}{ops_column} FD:{:5} BD:{:5} {chars}: {name}", 1, 2);
        let read = snapshot(&line);
        prop_assert_eq!(&read.problems, &[]);
        let class = &read.classes[0];
        prop_assert_eq!((class.key, class.ops), (key, ops));
        prop_assert_eq!(class.usage, Usage::from_chars(chars.as_bytes()));
        let printed = ClassName {
            base: class.name.as_bytes(),
            version: class.version,
            subclass: class.subclass,
        };
        prop_assert_eq!(printed.to_string(), name);
    }
}
