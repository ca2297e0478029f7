//! `mapping-in-signalling` (DF106): signalling code maps, unmaps, pins or vmaps a dma-buf
//!
//! ## What it finds
//!
//! signalling code maps, unmaps, pins or vmaps a dma-buf.

use crate::engine::{Engine, TaskId};
use crate::event::BufferOp;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF106",
    name: "mapping-in-signalling",
    level: Level::Error,
    summary: "signalling code maps, unmaps, pins or vmaps a dma-buf",
    template: "`{call}` takes the reservation lock and may sleep: not in a signalling section",
    source: include_str!("mapping_in_signalling.rs"),
};

/// A mapping call in a section.
pub(crate) fn report(engine: &mut Engine, task: TaskId, op: BufferOp, site: Site) {
    let label = engine.task_label(task);
    let call = super::resv_lock_convention::call(op);
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("call", call)
            .about(call)
            .at_each_site(),
    );
}
