//! `resv-lock-in-signalling` (DF105): signalling code takes a reservation lock, under which anyone may wait for the fence
//!
//! ## What it finds
//!
//! signalling code takes a reservation lock, under which anyone may wait for the fence.

use crate::rule::{Level, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF105",
    name: "resv-lock-in-signalling",
    level: Level::Error,
    summary: "signalling code takes a reservation lock, under which anyone may wait for the fence",
    template: "`{to}` is taken in signalling code, and anyone may wait for the fence under it: {cycle}",
    source: include_str!("resv_lock_in_signalling.rs"),
};
