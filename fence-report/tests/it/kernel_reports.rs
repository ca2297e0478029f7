//! Every kind of kernel report: what a real lockdep printed for a scenario against our splat of the same scenario, line by
//! line.

use std::fs;
use std::path::PathBuf;

use fence_engine::Config;
use fence_replay::scenario::Scenario;

use crate::kernel_console::{kernel_lines, our_lines};

/// The reports of one kind, each with the splat of its own scenario.
fn assert_like_the_kernel(kind: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/oracle/reports");
    for number in 1..=3 {
        let name = format!("{kind}.{number}.txt");
        let report =
            fs::read_to_string(folder.join(&name)).expect("the report is part of the repository");
        let (head, body) = split(&report);
        let operations = head.split(';').map(str::to_owned).collect();
        let outcome = Scenario {
            id: name.clone(),
            operations,
        }
        .run(Config::KERNEL)
        .expect("a scenario of the oracle");
        assert_eq!(
            outcome.verdict, kind,
            "{name}: another verdict, so another report"
        );
        let finding = outcome
            .findings
            .first()
            .expect("a verdict comes with a finding");
        let (kernel, ours) = (
            kernel_lines(body),
            our_lines(&fence_report::splat::render(finding)),
        );
        assert!(
            ours == kernel,
            "{name}\n\nours:\n{}\n\nthe kernel's:\n{}\n",
            ours.join("\n"),
            kernel.join("\n")
        );
    }
}

/// The scenario in the second comment line, and the report below it.
fn split(report: &str) -> (&str, &str) {
    let mut parts = report.splitn(3, '\n');
    let scenario = parts
        .nth(1)
        .and_then(|line| line.strip_prefix("# "))
        .expect("a scenario in the second line");
    (scenario, parts.next().expect("a report below it"))
}

macro_rules! kinds {
    ($($test:ident: $kind:literal,)*) => {
        $(
            #[test]
            fn $test() {
                assert_like_the_kernel($kind);
            }
        )*
    };
}

kinds! {
    a_circular_dependency_reads_as_in_the_kernel: "circular",
    recursion_reads_as_in_the_kernel: "recursive",
    an_inconsistent_state_reads_as_in_the_kernel: "inconsistent",
    an_irq_inversion_reads_as_in_the_kernel: "irq-inversion",
    a_hardirq_unsafe_order_reads_as_in_the_kernel: "hardirq-safe-unsafe",
    a_hardirq_unsafe_order_of_readers_reads_as_in_the_kernel: "hardirq-read-safe-read-unsafe",
    a_softirq_unsafe_order_reads_as_in_the_kernel: "softirq-safe-unsafe",
    a_softirq_unsafe_order_of_readers_reads_as_in_the_kernel: "softirq-read-safe-read-unsafe",
    an_invalid_wait_context_reads_as_in_the_kernel: "invalid-wait-context",
    sleeping_in_atomic_context_reads_as_in_the_kernel: "sleep-in-atomic",
    a_bad_unlock_reads_as_in_the_kernel: "bad-unlock",
    locks_held_at_the_end_read_as_in_the_kernel: "locks-held-at-end",
    a_held_lock_freed_reads_as_in_the_kernel: "held-lock-freed",
    a_nest_lock_not_held_reads_as_in_the_kernel: "nest-lock-not-held",
    the_downgrade_of_a_read_lock_reads_as_in_the_kernel: "downgrade-read",
}

#[test]
fn every_headline_and_state_change_the_oracle_recorded_stands_in_our_splat() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/oracle");
    let mut compared = 0;
    for file in [
        "families",
        "fence",
        "fence-primed",
        "fence-real",
        "random",
        "permuted",
    ] {
        let rows = fs::read_to_string(folder.join(file).with_extension("jsonl"))
            .expect("the oracle is part of the repository");
        for row in rows.lines() {
            let told: serde_json::Value = serde_json::from_str(row).expect("a JSON line");
            let scenario = Scenario::parse(row.as_bytes()).expect("a scenario");
            let outcome = scenario
                .run(Config::KERNEL)
                .expect("a scenario of the oracle");
            // Whether the verdict is right is for the engine's tests to say.
            let Some(finding) = outcome.findings.first() else {
                continue;
            };
            if told["verdict"] != outcome.verdict {
                continue;
            }
            let splat = fence_report::splat::render(finding);
            let complaint = finding.complaint.as_ref().expect("a verdict of the kernel");
            for recorded in ["line", "detail"]
                .iter()
                .filter_map(|key| told[key].as_str())
            {
                let line = recorded.replace("ldfuzz/29", &complaint.task);
                assert!(
                    splat.lines().any(|ours| ours == line),
                    "{}: no `{line}` in\n{splat}",
                    scenario.id
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 2500, "only {compared} lines compared");
}

#[test]
fn joining_the_pieces_of_a_printed_line_gives_the_line_a_console_shows() {
    let log = "ffffffff84010080\n (\nC\n#2\n){.+.+}-{0:0}\n, at: do_acq+0x175/0x1a0\n\n-> #1\n (\nB\n){....}-{0:0}\n:\n       f+0x1/0x2\n  rlock(\nB\n);\n1 lock held by ldfuzz/29:\n #0: \nffffffff84010080\n (\nC\n){.+.+}-{0:0}\n, at: f+0x1/0x2\n ->\n (\nD\n){....}-{0:0}\n {\n   INITIAL USE\n at:\n";
    assert_eq!(
        kernel_lines(log),
        [
            "(C){.+.+}-{0:0}, at:",
            "-> #1 (B){....}-{0:0}:",
            "<trace>",
            "  rlock(B);",
            "1 lock held by TASK:",
            " #0: (C){.+.+}-{0:0}, at:",
            " -> (D){....}-{0:0} {",
            "   INITIAL USE at:",
        ]
    );
}
