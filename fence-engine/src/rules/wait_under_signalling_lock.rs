//! `wait-under-signalling-lock` (DF101): a lock is held over a fence wait, and needed to signal that fence
//!
//! ## What it finds
//!
//! a lock is held over a fence wait, and needed to signal that fence.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF101",
    name: "wait-under-signalling-lock",
    level: Level::Error,
    summary: "a lock is held over a fence wait, and needed to signal that fence",
    template: "`{to}` under `{from}` closes a cycle with a fence: {cycle}",
    source: include_str!("wait_under_signalling_lock.rs"),
};
