//! `unbalanced-access` (DF305): maps, CPU accesses or device accesses of a buffer do not balance
//!
//! ## What it finds
//!
//! maps, CPU accesses or device accesses of a buffer do not balance.

use crate::engine::Engine;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::signalling::Bracket;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF305",
    name: "unbalanced-access",
    level: Level::Warning,
    summary: "maps, CPU accesses or device accesses of a buffer do not balance",
    template: "`{call}` and its counterpart do not balance on this buffer",
    source: include_str!("unbalanced_access.rs"),
};

/// A bracket was closed without being opened, or never closed.
pub(crate) fn report(engine: &mut Engine, bracket: &Bracket) {
    let call = super::resv_lock_convention::call(bracket.kind);
    let draft = Draft::new(&RULE, bracket.site, bracket.label)
        .argument("call", call)
        .about(call)
        .about(alloc::format!("{}", bracket.buffer));
    engine.emit(draft);
}
