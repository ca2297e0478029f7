//! `reclaim-in-signalling` (DF104): signalling code allocates in a way that can wait for reclaim, which may wait for the fence
//!
//! ## What it finds
//!
//! signalling code allocates in a way that can wait for reclaim, which may wait for the fence.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF104",
    name: "reclaim-in-signalling",
    level: Level::Error,
    summary: "signalling code allocates in a way that can wait for reclaim, which may wait for the fence",
    template: "this may enter reclaim, and reclaim may wait for the fence: {cycle}",
    source: include_str!("reclaim_in_signalling.rs"),
};
