//! `lock-order-cycle` (LD002): locks are taken in orders that can wait for each other in a circle.
//!
//! ## What it finds
//! Taking B while holding A makes an edge from class A to class B. A finding is a circle of such edges that
//! can really block, with no fence in it. The edges need not come from one run or one moment.
//!
//! - Things that are waited for are in the graph too: work items and queues that are flushed, events,
//!   timers, runtime power, SRCU readers, reclaim, MMU notifiers, the mmap lock, declared orders.
//! - A trylock makes no edge into itself. A lock held by trylock makes edges like any other.
//! - A recursive read behind a reader does not block: a circle through it is none.
//!
//! Level: error. If every edge was only ever taken under one common exclusive lock that has one instance (a
//! gate), the circle cannot hang as it is, and the level is note. It does not see locks that were released
//! before `complete`.
//!
//! ## Why it deadlocks
//! 1. Task 1 holds `vm` and waits for `ring`.
//! 2. Task 2 holds `ring` and waits for `vm`.
//! 3. Neither goes on, and everybody who needs one of the two queues behind them.
//!
//! ## Example
//! ```fence
//! expect lock-order-cycle
//! thread submit
//!   lock vm mutex
//!   lock ring mutex
//!   unlock ring
//!   unlock vm
//! thread debugfs
//!   lock ring mutex
//!   lock vm mutex
//!   unlock vm
//!   unlock ring
//! ```
//!
//! ## Use instead
//! One order for all paths. Declare it (`order vm > ring`) and a breach shows on its first run. Where it
//! cannot be kept, `mutex_trylock()` and back off. Flush, and wait for events, with no lock held that the
//! other side takes.
//!
//! ```fence
//! expect clean
//! order vm > ring
//! thread debugfs
//!   lock vm mutex
//!   lock ring mutex
//!   unlock ring
//!   unlock vm
//! ```
//!
//! ## Seen by
//! - Patterns: yes. Scenarios: yes, for locks and reclaim.
//! - Recordings: locks, reclaim, and work items whose flush the trace shows. A read counts as non-recursive
//!   except SRCU, sequence counters and reads in interrupts. `synchronize_srcu()` leaves no event.
//! - The kernel's lockdep: locks, workqueues, timers, SRCU and reclaim, as "possible circular locking
//!   dependency detected". Not events or runtime power. It knows no gates.
//!
//! ## References
//! Section 2.3 and S-07 of `docs/spec/kernel-semantics.md`; `lock_acquire()`, `flush_work()`;
//! `Documentation/locking/lockdep-design.rst`; `tests/patterns/lock-order-cycle/`.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "LD002",
    name: "lock-order-cycle",
    level: Level::Error,
    summary: "locks are taken in orders that can wait for each other in a circle",
    template: "taking `{to}` while holding `{from}` closes a cycle: {cycle}",
    source: include_str!("lock_order_cycle.rs"),
};
