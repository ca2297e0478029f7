//! The rustc look.

use fence_engine::{Action, Finding};
use fence_report::{Options, human};

use crate::findings;

fn plain(finding: &Finding) -> String {
    let lookup = |file: &str, line| findings::gpu_c(file, line);
    human::render(
        finding,
        &Options {
            color: false,
            sources: Some(&lookup),
        },
    )
}

#[test]
fn two_locks_in_both_orders_show_both_sides_and_how_they_hang() {
    insta::assert_snapshot!(plain(&findings::abba()));
}

#[test]
fn a_cycle_of_two_locks_fits_a_terminal() {
    assert!(plain(&findings::abba()).lines().count() <= 25);
}

#[test]
fn a_cycle_behind_a_gate_does_not_claim_to_hang() {
    let text = plain(&findings::abba_behind_a_gate());
    assert!(!text.contains("an interleaving that hangs"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn what_only_the_kernels_contract_does_is_one_side_without_places() {
    insta::assert_snapshot!(plain(&findings::reclaim_in_section()));
}

#[test]
fn consecutive_steps_down_the_contract_are_told_as_one() {
    let mut finding = findings::reclaim_in_section();
    let step = finding.steps.last_mut().expect("the contract's step");
    step.action = Action::Contract {
        from: "mmu_notifier".into(),
        to: "between".into(),
    };
    let mut next = step.clone();
    (next.task, next.step) = (3, 4);
    next.action = Action::Contract {
        from: "between".into(),
        to: "dma_fence".into(),
    };
    finding.steps.push(next);
    finding.cycle.push("between".into());
    let text = plain(&finding);
    assert_eq!(
        text.matches("may wait for `dma_fence` inside `mmu_notifier`")
            .count(),
        2,
        "{text}"
    );
    assert!(text.contains("through `between`\n"), "{text}");
    assert!(
        text.contains("waits for `mmu_notifier` in commit, which waits for `dma_fence` by"),
        "{text}"
    );
}

#[test]
fn a_finding_without_a_cycle_is_a_few_lines() {
    let text = plain(&findings::never_signalled());
    assert!(text.lines().count() <= 6, "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn many_sides_are_a_list_and_namesakes_are_told_apart() {
    insta::assert_snapshot!(plain(&findings::long_cycle()));
}

#[test]
fn without_any_place_the_headline_and_the_help_are_left() {
    assert_eq!(
        plain(&findings::bare("never-signalled", &[("fence", "frame")])),
        "error[DF201] never-signalled: `frame` is published here and never signalled\n  = help: cargo fence explain DF201\n"
    );
}

#[test]
fn a_line_that_the_source_does_not_have_is_not_shown() {
    let mut finding = findings::abba();
    finding.place.line = 99;
    let text = plain(&finding);
    assert!(text.contains("--> gpu.c:99:6\n"), "{text}");
    assert!(!text.contains("99 |"), "{text}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let lookup = |file: &str, line| findings::gpu_c(file, line);
    let colored = human::render(
        &findings::abba(),
        &Options {
            color: true,
            sources: Some(&lookup),
        },
    );
    assert!(
        colored.starts_with("\u{1b}[1m\u{1b}[91merror[LD002]\u{1b}[0m"),
        "{colored:?}"
    );
    assert_eq!(without_escapes(&colored), plain(&findings::abba()));
}

/// The text without ANSI colour sequences, and without the blanks that a reset may stand behind.
fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}
