//! The state of the CPU, printed as letters or, in the verbose layout, as numbers.

use super::super::Flags;
use super::super::problem::{Fault, ProblemKind};

/// Irqs off and bottom halves off, as the first flag character tells.
pub(super) fn irqs_column(flag: u8) -> Option<(bool, bool)> {
    match flag {
        b'.' | b'X' => Some((false, false)),
        b'd' => Some((true, false)),
        b'b' => Some((false, true)),
        b'D' => Some((true, true)),
        _ => None,
    }
}

/// Reads the flag characters up to the blank behind them.
///
/// Four on older kernels, five with migrate-disable, six from `trace-cmd` where the kernel counts the
/// big lock; seven on real-time kernels, which have a second need-resched and preempt-depth column.
pub(super) fn flag_columns(rest: &[u8]) -> Result<(Flags, &[u8]), Fault> {
    let fault = || Fault::new(ProblemKind::BadFlags, rest);
    let length = rest
        .iter()
        .take(8)
        .position(|&byte| byte == b' ')
        .ok_or_else(fault)?;
    let (chars, after) = rest.split_at(length);
    let ([irqs, resched, irq, depth]
    | [irqs, resched, irq, depth, _]
    | [irqs, resched, irq, depth, _, _]
    | [irqs, resched, _, irq, depth, _, _]) = *chars
    else {
        return Err(fault());
    };
    let (irqs_off, bh_off) = irqs_column(irqs).ok_or_else(fault)?;
    let (nmi, hardirq, softirq) = match irq {
        b'.' => (false, false, false),
        b's' => (false, false, true),
        b'h' => (false, true, false),
        b'H' => (false, true, true),
        b'z' => (true, false, false),
        b'Z' => (true, true, false),
        _ => return Err(fault()),
    };
    let preempt_depth = match depth {
        b'.' => 0,
        b'0'..=b'9' => depth - b'0',
        b'a'..=b'f' => depth - b'a' + 10,
        _ => return Err(fault()),
    };
    let flags = Flags {
        irqs_off,
        bh_off,
        need_resched: resched != b'.',
        hardirq,
        softirq,
        nmi,
        preempt_depth,
    };
    Ok((flags, after))
}

/// Flags from the numbers of the verbose layout: the entry's `TRACE_FLAG_*` bits and preempt count.
pub(super) fn entry_flags(bits: u64, preempt_count: u64) -> Flags {
    Flags {
        irqs_off: bits & 0x01 != 0,
        bh_off: bits & 0x80 != 0,
        need_resched: bits & 0x24 != 0,
        hardirq: bits & 0x08 != 0,
        softirq: bits & 0x10 != 0,
        nmi: bits & 0x40 != 0,
        preempt_depth: (preempt_count & 0x0f) as u8,
    }
}
