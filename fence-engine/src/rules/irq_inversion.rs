//! `irq-inversion` (LD004): a lock taken in an interrupt waits, through others, for one that is held with that interrupt enabled.
//!
//! ## What it finds
//! A lock gets a new use, in an interrupt or with interrupts on, and the graph already connects it to a
//! lock with the opposite use. Either the interrupt's lock leads, over locks taken under it, to one that is
//! held with that interrupt enabled; or the lock now held with interrupts on is reached from one that an
//! interrupt takes.
//!
//! Hardirqs and softirqs are looked at separately. Only real locks and only paths that can block count.
//! Level: error. It is the same mistake as `irq-unsafe-order`, seen from another last step: here the use
//! came last, there the nesting. Which of the two names you get depends on what ran last.
//!
//! ## Why it deadlocks
//! 1. CPU 1 holds `stats` with interrupts on.
//! 2. CPU 0 holds `sched` with interrupts off and spins for `stats`.
//! 3. The interrupt arrives on CPU 1, on top of the holder of `stats`, and spins for `sched`.
//! 4. CPU 1 waits for CPU 0, and CPU 0 for the task under the interrupt of CPU 1.
//!
//! Each lock alone is used consistently, so looking at one lock finds nothing.
//!
//! ## Example
//! ```fence
//! expect irq-inversion
//! thread submit
//!   spin_irq sched
//!   lock stats spin
//!   unlock stats
//!   unlock_irq sched
//! thread query
//!   lock stats spin
//!   unlock stats
//! thread done hardirq
//!   lock sched spin
//!   unlock sched
//! ```
//!
//! ## Use instead
//! A lock that is ever taken under an interrupt-safe lock must be interrupt-safe itself: take `stats` with
//! `spin_lock_irqsave()` everywhere. Or do not nest: release `sched` first. Or do not take `sched` in the
//! handler: move that part to a thread or a work item. In the example, `query` becomes:
//!
//! ```fence
//! expect clean
//! thread query
//!   spin_irq stats
//!   unlock_irq stats
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: yes, if the lines carry the irqs-off column.
//! - The kernel's lockdep: yes, as "possible irq lock inversion dependency detected". For a non-recursive
//!   reader in an interrupt it finds the mistake in one order of the runs only; here the order does not
//!   matter.
//!
//! ## References
//! Section 2.3 (irq state) of `docs/spec/kernel-semantics.md`; `spin_lock_irqsave()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/irq-inversion/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::search::{Direction, Stop, strong_path};
use crate::site::{Site, SourceId};
use crate::task::{Held, TaskId};
use crate::usage::{Usage, UsageBit};
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD004",
    name: "irq-inversion",
    level: Level::Error,
    summary: "a lock taken in an interrupt waits, through others, for one that is held with that interrupt enabled",
    template: "the use of `{lock}` as {new} here inverts against `{other}`: an interrupt can wait for the task it interrupted",
    source: include_str!("irq_inversion.rs"),
};

/// A class on a strong path clashes with the usage just set.
pub(crate) fn report(
    engine: &mut Engine,
    task: TaskId,
    entry: &Held,
    bit: UsageBit,
    opposite: Usage,
) {
    let label = engine.task_label(task);
    let mode = entry.mode();
    let (direction, only_readers) = if bit.is_on() {
        (Direction::Backward, mode.is_read())
    } else {
        (Direction::Forward, mode.is_recursive())
    };
    let classes = &engine.classes;
    let strict = engine.is_strict();
    let clashes = |stop: Stop| {
        let usage = if stop.only_readers {
            classes[stop.class].usage.without_read()
        } else {
            classes[stop.class].usage
        };
        !usage.intersection(opposite).is_empty()
    };
    let enter = |class| !classes[class].hides_irq_paths(strict);
    let start = Stop {
        class: entry.class(),
        only_readers,
    };
    let Some(mut path) = strong_path(&engine.graph, direction, start, false, enter, clashes) else {
        return;
    };
    let Some(end) = path.last().copied() else {
        return;
    };
    let clash = engine.classes[end.class]
        .usage
        .intersection(opposite)
        .iter()
        .next();
    if direction == Direction::Backward {
        path.reverse();
    }
    let mut complaint = engine.complain_taking(Verdict::IrqInversion, task, entry);
    complaint.chain = engine.links(&path);
    complaint.states = clash.map(|clash| (clash.report_name(), bit.report_name()));
    complaint.against = Some(engine.view_of(end.class, 0, mode, Site::UNKNOWN));
    let (lock, other) = (
        engine.class_label(entry.class()),
        engine.class_label(end.class),
    );
    let other_site = clash.map_or((Site::UNKNOWN, SourceId::default()), |clash| {
        engine.classes[end.class].used_at(clash)
    });
    let text = alloc::format!(
        "`{other}` was used as {}",
        clash.map_or("", UsageBit::report_name)
    );
    let draft = Draft::new(&RULE, entry.site, label)
        .argument("lock", lock.clone())
        .argument("other", other.clone())
        .argument("new", bit.report_name())
        .about(lock.clone())
        .about(other)
        .step(engine, 1, label, entry.site, Action::Takes { lock, mode })
        .step_then(engine, 2, other_site, Action::Says { text })
        .complaint(complaint);
    engine.emit(draft);
}
