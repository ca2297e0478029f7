//! `unbounded-fence` (DF209): a fence is published that nothing bounds in time.
//!
//! ## What it finds
//! A fence that was declared `unbounded` is published. Unbounded is what depends on somebody who has
//! promised nothing: a program, a remote host, a job that may run for days.
//!
//! Level: warning. It is a declaration that is checked, not a measurement: a fence that is not declared
//! unbounded never fires, however long it takes. A wait for user space before an own signal is seen by
//! itself, as `wait-for-user`.
//!
//! ## Why it deadlocks
//! Everybody may wait for a published fence: with a reservation locked, in reclaim, in an MMU notifier.
//! They do so because it signals in bounded time.
//!
//! 1. A USB transfer publishes `xfer`. The host decides when it reads.
//! 2. The next transfer locks the reservation and waits for `xfer`. Then eviction waits for that
//!    reservation.
//! 3. The host is suspended. Reclaim on our machine stands still until it wakes up.
//!
//! A waiter's timeout is no way out: it may not reuse the memory while the transfer can still happen.
//!
//! ## Example
//! ```fence
//! expect unbounded-fence
//! fence xfer unbounded
//! thread transfer
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread udc hardirq
//!   begin_signalling
//!   signal xfer
//!   end_signalling
//! ```
//!
//! ## Use instead
//! Bound it: a timer, or `drm_sched`'s timeout, cancels the work and signals with `-ETIMEDOUT`. Where the
//! work may rightly take for ever, use no `dma_fence` for its end but a user fence, and a preemption fence
//! for memory management.
//!
//! ```fence
//! expect clean
//! fence xfer
//! thread transfer
//!   timer_arm watchdog
//!   begin_signalling
//!   publish xfer
//!   end_signalling
//! thread tick timer
//!   signal xfer error=ETIMEDOUT
//! ```
//!
//! ## Seen by
//! - Patterns: yes, from the declaration. Scenarios and recordings: no. How long a fence could take is not
//!   in a trace.
//! - The kernel: no. Only the hung task detector notices, later and from the waiter's side.
//!
//! ## References
//! R-01, R-02, I-01 to I-05, SW-7, U-GAP-5, G-08 of `docs/spec/kernel-semantics.md`;
//! `Documentation/driver-api/dma-buf.rst` ("Indefinite DMA Fences"); `tests/patterns/unbounded-fence/`.

use crate::draft::Draft;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::rule::{Level, Rule};
use crate::site::Site;
use crate::task::TaskId;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "DF209",
    name: "unbounded-fence",
    level: Level::Warning,
    summary: "a fence is published that nothing bounds in time",
    template: "`{fence}` is published, but nothing bounds the time until it signals",
    source: include_str!("unbounded_fence.rs"),
};

/// A fence declared unbounded becomes reachable.
pub(crate) fn report(engine: &mut Engine, task: TaskId, fence: FenceId, site: Site) {
    let label = engine.task_label(task);
    let name = engine.fences.get(fence).name.clone();
    engine.emit(
        Draft::new(&RULE, site, label)
            .argument("fence", name.clone())
            .about(name),
    );
}
