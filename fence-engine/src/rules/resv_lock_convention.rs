//! `resv-lock-convention` (DF304): a dma-buf call is made with the reservation lock in the wrong state
//!
//! ## What it finds
//!
//! a dma-buf call is made with the reservation lock in the wrong state.

use crate::engine::{Engine, TaskId};
use crate::event::BufferOp;
use crate::report::Draft;
use crate::rule::{Level, Rule};
use crate::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF304",
    name: "resv-lock-convention",
    level: Level::Error,
    summary: "a dma-buf call is made with the reservation lock in the wrong state",
    template: "`{call}` is called {state}",
    source: include_str!("resv_lock_convention.rs"),
};

/// The kernel's name of a call.
pub(crate) const fn call(op: BufferOp) -> &'static str {
    match op {
        BufferOp::Map => "dma_buf_map_attachment",
        BufferOp::Unmap => "dma_buf_unmap_attachment",
        BufferOp::Pin => "dma_buf_pin",
        BufferOp::Vmap => "dma_buf_vmap",
        BufferOp::CpuBegin => "dma_buf_begin_cpu_access",
        BufferOp::CpuEnd => "dma_buf_end_cpu_access",
        BufferOp::DeviceBegin => "dma_buf_begin_access",
        BufferOp::DeviceEnd => "dma_buf_end_access",
    }
}

/// The lock is held where it must not be, or not held where it must.
pub(crate) fn report(engine: &mut Engine, task: TaskId, op: BufferOp, must_hold: bool, site: Site) {
    let label = engine.task_label(task);
    let state = if must_hold {
        "without the reservation lock"
    } else {
        "with the reservation lock held"
    };
    let draft = Draft::new(&RULE, site, label)
        .argument("call", call(op))
        .argument("state", state)
        .about(call(op))
        .at_each_site();
    engine.emit(draft);
}
