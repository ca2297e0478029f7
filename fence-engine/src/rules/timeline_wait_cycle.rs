//! `timeline-wait-cycle` (DF115): fences wait for each other in a circle
//!
//! ## What it finds
//!
//! fences wait for each other in a circle.

use crate::rule::{Level, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "DF115",
    name: "timeline-wait-cycle",
    level: Level::Error,
    summary: "fences wait for each other in a circle",
    template: "fences wait for each other: {cycle}",
    source: include_str!("timeline_wait_cycle.rs"),
};
