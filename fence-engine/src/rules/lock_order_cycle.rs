//! `lock-order-cycle` (LD002): locks are taken in orders that can wait for each other in a circle
//!
//! ## What it finds
//!
//! locks are taken in orders that can wait for each other in a circle.

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
