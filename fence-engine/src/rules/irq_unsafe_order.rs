//! `irq-unsafe-order` (LD005): a lock that interrupts take is held while one is taken that interrupts can hit.
//!
//! ## What it finds
//! A new nesting connects two locks, directly or over others: the outer one is taken in a hardirq (or
//! softirq) somewhere, the inner one is held somewhere with that interrupt enabled. The kernel calls this a
//! safe to unsafe lock order.
//!
//! Hardirqs and softirqs are looked at separately. Only real locks and only paths that can block count;
//! paths do not lead through per-CPU local locks. Level: error. If a use comes after the nesting, the same
//! mistake is `irq-inversion`.
//!
//! ## Why it deadlocks
//! 1. CPU 1 holds `stats` with interrupts on.
//! 2. CPU 0 holds `sched` with interrupts off and spins for `stats`.
//! 3. The interrupt arrives on CPU 1, on top of the holder of `stats`, and spins for `sched`.
//! 4. CPU 1 waits for CPU 0, and CPU 0 for the task under the interrupt of CPU 1.
//!
//! In fence code the safe lock is often the fence's own: it is taken in the completion interrupt, and a
//! callback that runs under it takes a lock of the driver.
//!
//! ## Example
//! ```fence
//! expect irq-unsafe-order
//! thread done hardirq
//!   lock sched spin
//!   unlock sched
//! thread query
//!   lock stats spin
//!   unlock stats
//! thread submit
//!   spin_irq sched
//!   lock stats spin
//!   unlock stats
//!   unlock_irq sched
//! ```
//!
//! ## Use instead
//! Make the inner lock interrupt-safe: `spin_lock_irqsave()` wherever `stats` is taken, `spin_lock_bh()`
//! where only softirqs matter. Or release `sched` before taking `stats`. In a fence callback,
//! `queue_work()` and take the driver's lock there. In the example, `submit` becomes:
//!
//! ```fence
//! expect clean
//! thread submit
//!   lock stats spin
//!   unlock stats
//!   spin_irq sched
//!   unlock_irq sched
//! ```
//!
//! ## Seen by
//! - Patterns and scenarios: yes.
//! - Recordings: yes, if the lines carry the irqs-off column.
//! - The kernel's lockdep: yes, as "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected" and the same for
//!   SOFTIRQ.
//!
//! ## References
//! Section 2.3 (irq state) and F-CB-4 of `docs/spec/kernel-semantics.md`; `spin_lock_irqsave()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/irq-unsafe-order/`.

use crate::cycles::Dependency;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::Action;
use crate::rule::{Level, Rule};
use crate::search::{Direction, Stop, strong_path};
use crate::usage::Usage;
use crate::verdict::Verdict;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD005",
    name: "irq-unsafe-order",
    level: Level::Error,
    summary: "a lock that interrupts take is held while one is taken that interrupts can hit",
    template: "taking `{to}` under `{from}` ties the {interrupt}-safe `{safe}` to the {interrupt}-unsafe `{unsafe}`",
    source: include_str!("irq_unsafe_order.rs"),
};

/// A safe class leads to the dependency and an unsafe one follows it. True if a pair was found.
pub(crate) fn report(engine: &mut Engine, new: &Dependency, unsafe_bits: Usage) -> bool {
    let classes = &engine.classes;
    let strict = engine.is_strict();
    let usage_at = |stop: Stop| {
        if stop.only_readers {
            classes[stop.class].usage.without_read()
        } else {
            classes[stop.class].usage
        }
    };
    let enter = |class| !classes[class].hides_irq_paths(strict);
    let start = Stop {
        class: new.to,
        only_readers: new.to_mode.is_recursive(),
    };
    let found = |stop: Stop| !usage_at(stop).intersection(unsafe_bits).is_empty();
    let Some(after) = strong_path(
        &engine.graph,
        Direction::Forward,
        start,
        false,
        enter,
        found,
    ) else {
        return false;
    };
    let Some(victim) = after.last().copied() else {
        return false;
    };
    let on = classes[victim.class].usage.intersection(Usage::ON_ALL);
    let start = Stop {
        class: new.from,
        only_readers: new.from_mode.is_read(),
    };
    let found = |stop: Stop| !usage_at(stop).intersection(on.conflicting()).is_empty();
    let Some(mut before) = strong_path(
        &engine.graph,
        Direction::Backward,
        start,
        false,
        enter,
        found,
    ) else {
        return false;
    };
    let Some(safe) = before.last().copied() else {
        return false;
    };
    let pair = if strict {
        let inside = classes[safe.class].usage.intersection(on.conflicting());
        inside.iter().next().and_then(|bit| {
            let clash = on.iter().find(|on| on.is_soft() == bit.is_soft())?;
            Some((bit, clash))
        })
    } else {
        // The kernel names the first pair of bits that exclude each other, even one the wrong way round.
        classes[safe.class]
            .usage
            .first_exclusive(classes[victim.class].usage)
    };
    let Some((bit, clash)) = pair else {
        return false;
    };
    before.reverse();

    let verdict = Verdict::SafeUnsafe {
        soft: bit.is_soft(),
        read: bit.is_read(),
    };
    let mut complaint = engine.complain_depending(verdict, new);
    before.extend(&after);
    complaint.chain = engine.links(&before);
    complaint.states = Some((bit.report_name(), clash.report_name()));
    let label = |class| engine.class_label(class);
    let (from, to, safe_name, victim_name) = (
        label(new.from),
        label(new.to),
        label(safe.class),
        label(victim.class),
    );
    let used_at = |class, bit| engine.classes[class].used_at(bit);
    let interrupt = if bit.is_soft() { "softirq" } else { "hardirq" };
    let in_irq = alloc::format!("`{safe_name}` is taken in a {interrupt}");
    let enabled = alloc::format!("`{victim_name}` is held with {interrupt}s enabled");
    let draft = Draft::new(&RULE, new.to_site, new.label)
        .argument("from", from.clone())
        .argument("to", to.clone())
        .argument("interrupt", interrupt)
        .argument("safe", safe_name.clone())
        .argument("unsafe", victim_name.clone())
        .about(safe_name)
        .about(victim_name)
        .step_then(
            engine,
            1,
            used_at(victim.class, clash),
            Action::Says { text: enabled },
        )
        .step(
            engine,
            2,
            new.label,
            new.from_site,
            Action::Takes {
                lock: from,
                mode: new.from_mode,
            },
        )
        .step(
            engine,
            2,
            new.label,
            new.to_site,
            Action::Blocks {
                on: to,
                mode: new.to_mode,
            },
        )
        .step_then(
            engine,
            1,
            used_at(safe.class, bit),
            Action::Says { text: in_irq },
        )
        .complaint(complaint);
    engine.emit(draft);
    true
}
