//! `user-memory-in-signalling` (DF107): signalling code touches user memory, whose fault takes the mmap lock
//!
//! ## What it finds
//!
//! signalling code touches user memory, whose fault takes the mmap lock.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF107",
    name: "user-memory-in-signalling",
    level: Level::Error,
    summary: "signalling code touches user memory, whose fault takes the mmap lock",
    template: "this may fault and take `{to}`, under which anyone may wait for the fence: {cycle}",
    source: include_str!("user_memory_in_signalling.rs"),
};
