//! The kernel's own report: what the lockdep of Linux 6.12 would print for the same finding, in its order and wording, so that
//! people and programs that read kernel logs can read ours.
//!
//! Differences, all for want of data: lines a console shows in pieces are whole; a place stands where the kernel has a stack
//! trace, as `function (file:line:column)`; addresses are instance numbers and are left out where none is known; there is no pid, no
//! irq event stamp, no key address; the line with the kernel's version and taint names the rule instead.
//!
//! A finding without a [`Complaint`](fence_engine::Complaint), which lockdep could not have made, has the same frame around
//! its message and steps.

mod chain;
mod console;
mod irq;
mod lock;
mod order;
mod other;
mod single;
mod table;

use fence_engine::{Finding, Verdict};

use console::Console;

/// The finding as the kernel would report it.
pub fn render(finding: &Finding) -> String {
    let mut out = Console::new(finding);
    let Some(complaint) = finding.complaint.as_deref() else {
        other::render(&mut out, finding);
        return out.finish();
    };
    match complaint.verdict {
        Verdict::Circular => order::circular(&mut out, complaint),
        Verdict::Recursive => order::recursive(&mut out, complaint),
        Verdict::Inconsistent => irq::inconsistent(&mut out, complaint),
        Verdict::IrqInversion => irq::inversion(&mut out, complaint),
        Verdict::SafeUnsafe { soft, read } => irq::unsafe_order(&mut out, complaint, soft, read),
        Verdict::InvalidWaitContext => single::invalid_wait_context(&mut out, complaint),
        Verdict::SleepInAtomic => single::sleep_in_atomic(&mut out, complaint),
        Verdict::BadUnlock => single::bad_unlock(&mut out, complaint),
        Verdict::LocksHeldAtEnd => single::locks_held_at_end(&mut out, complaint),
        Verdict::HeldLockFreed => single::held_lock_freed(&mut out, complaint),
        Verdict::NestLockNotHeld => single::nest_lock_not_held(&mut out, complaint),
        Verdict::DowngradeRead => single::downgrade_read(&mut out),
        Verdict::TooDeep => single::too_deep(&mut out, complaint),
        _ => other::render(&mut out, finding),
    }
    out.finish()
}
