//! A report that has been read to its end: its chain in dependency order, its edges, what is missing.

use super::edge::{self, Lists};
use super::report::Edge;
use super::{Kind, Problem, ProblemKind, Report};

/// Completes a report.
pub(super) fn finish(mut report: Report, lists: &Lists) -> Report {
    let line = report.line;
    // Entries are printed from the highest index down to 0.
    let whole = report
        .chain
        .iter()
        .rev()
        .zip(0_u32..)
        .all(|(entry, index)| entry.index == index);
    report.chain.reverse();
    report.chain.sort_by_key(|entry| entry.index);
    report.edges = match report.kind {
        Kind::Circular => edge::of_chain(&report.chain),
        kind if is_irq(kind) => edge::of_lists(kind, lists),
        _ => Vec::new(),
    };
    // A circular report has the new edge in its chain, an inversion has none.
    let adds_edge = report.kind == Kind::Recursive || is_safe_unsafe(report.kind);
    if adds_edge && let (Some(holding), Some(lock)) = (&report.holding, &report.lock) {
        report.edges.push(Edge {
            from: holding.class.clone(),
            to: lock.class.clone(),
            acquired_at: lock.at.clone(),
            new: true,
        });
    }

    let mut missing = Vec::new();
    if report.task.is_none() {
        missing.push(ProblemKind::NoTask);
    }
    if report.lock.is_none() && needs_lock(report.kind) {
        missing.push(ProblemKind::NoLock);
    }
    if report.holding.is_none() && (adds_edge || report.kind == Kind::Circular) {
        missing.push(ProblemKind::NoHeldLock);
    }
    if report.kind == Kind::Circular && report.chain.is_empty()
        || is_irq(report.kind) && lists_empty(lists)
    {
        missing.push(ProblemKind::NoChain);
    }
    let ends_at_held = match (report.chain.last(), &report.holding) {
        (Some(last), Some(holding)) => last.class.is(&holding.class),
        _ => true,
    };
    if !(whole && ends_at_held) {
        missing.push(ProblemKind::ChainGap);
    }
    report
        .problems
        .extend(missing.into_iter().map(|kind| Problem { line, kind }));
    report
}

fn lists_empty(lists: &Lists) -> bool {
    lists.safe.is_empty() && lists.unsafe_.is_empty() && lists.shortest.is_empty()
}

fn is_safe_unsafe(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::HardirqSafeUnsafe
            | Kind::HardirqReadSafeReadUnsafe
            | Kind::SoftirqSafeUnsafe
            | Kind::SoftirqReadSafeReadUnsafe
    )
}

fn is_irq(kind: Kind) -> bool {
    kind == Kind::IrqInversion || is_safe_unsafe(kind)
}

fn needs_lock(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::SleepInAtomic
            | Kind::LocksHeldAtEnd
            | Kind::LocksHeldInUserSpace
            | Kind::DowngradeRead
            | Kind::DebugLocksWarn
    )
}
