//! The columns in front of an event: task, CPU, flags, time, in five layouts.
//!
//! The kernel prints the task's name into a field of fixed width (16 bytes, 8 in latency format), so
//! the byte behind that field tells the layout, and a name may hold anything. Lines with a
//! `[cpu]` column are also found by that column, for text that lost its leading blanks.

mod state;
mod time;

use self::state::{entry_flags, flag_columns, irqs_column};
use self::time::time_and_colon;
use super::problem::{Fault, ProblemKind};
use super::{Flags, Task, Timestamp};
use crate::lines::{decimal, hexadecimal, skip_blanks, trim_blanks};

/// Width of the task name in the default layout, in bytes.
const COMM_WIDTH: usize = 16;
/// Width of the task name in latency format, in bytes.
const SHORT_COMM_WIDTH: usize = 8;

/// Which layout a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `comm-pid [cpu] flags time: `, flags optional: tracefs, `trace-cmd report`.
    Default,
    /// `comm-pid cpu` + flags + ` time: `: latency format, `trace-cmd report -l`.
    Latency,
    /// `comm pid cpu flags preempt-count index [time] ...: `.
    Verbose,
    /// `comm pid [cpu] time: `: `perf script`.
    Perf,
}

/// The columns of one line and the event behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns<'a> {
    pub(super) layout: Layout,
    pub(super) task: Option<Task<'a>>,
    pub(super) cpu: u16,
    pub(super) flags: Option<Flags>,
    pub(super) time: Timestamp,
    /// What follows the colon of the time, the blank included.
    pub(super) event: &'a [u8],
}

/// Splits the columns off a line; `None` if it has none.
#[inline]
pub(super) fn columns(line: &[u8]) -> Option<Result<Columns<'_>, Fault>> {
    if let Some((comm, rest)) = comm_and_dash(line, COMM_WIDTH) {
        return Some(default_layout(comm, rest));
    }
    if let Some((comm, rest)) = comm_and_dash(line, SHORT_COMM_WIDTH)
        && is_latency(rest)
    {
        return Some(latency_layout(comm, rest));
    }
    if let Some((comm, rest)) = comm_and_blank(line) {
        if is_verbose(rest) {
            return Some(verbose_layout(comm, rest));
        }
        if is_perf(rest) {
            return Some(perf_layout(comm, rest));
        }
    }
    unaligned(line)
}

/// Splits `comm-` of a fixed width from the digits behind.
fn comm_and_dash(line: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (comm, rest) = line.split_at_checked(width)?;
    match rest {
        [b'-', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            Some((skip_blanks(comm), digits))
        }
        _ => None,
    }
}

/// Splits `comm ` of the full width from the columns behind.
fn comm_and_blank(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (comm, rest) = line.split_at_checked(COMM_WIDTH)?;
    Some((skip_blanks(comm), rest.strip_prefix(b" ")?))
}

/// Whether `pid cpu` + flag follows, the CPU and the flag without a blank between.
fn is_latency(rest: &[u8]) -> bool {
    let Some((_, after_pid)) = decimal(rest) else {
        return false;
    };
    let Some((_, flags)) = decimal(skip_blanks(after_pid)) else {
        return false;
    };
    after_pid.first() == Some(&b' ')
        && flags
            .first()
            .is_some_and(|&flag| irqs_column(flag).is_some())
}

/// Whether `pid cpu flags` follows, all of them numbers.
fn is_verbose(rest: &[u8]) -> bool {
    let mut rest = rest;
    for _ in 0..3 {
        match decimal(skip_blanks(rest)) {
            Some((_, after @ [b' ', ..])) => rest = after,
            _ => return false,
        }
    }
    true
}

/// Whether `pid [` or `pid/tid [` follows; the pid may be -1.
fn is_perf(rest: &[u8]) -> bool {
    perf_ids(skip_blanks(rest)).is_some_and(|(_, rest)| skip_blanks(rest).first() == Some(&b'['))
}

fn default_layout<'a>(comm: &'a [u8], rest: &'a [u8]) -> Result<Columns<'a>, Fault> {
    let (pid, rest) = task_id(rest)?;
    let mut rest = skip_blanks(rest);
    if rest.first() == Some(&b'(') {
        // record-tgid: `(   43)` or `(-------)`.
        let end =
            memchr::memchr(b')', rest).ok_or_else(|| Fault::new(ProblemKind::BadTask, rest))?;
        rest = skip_blanks(&rest[end + 1..]);
    }
    let (cpu, rest) = bracketed_cpu(rest)?;
    let rest = skip_blanks(rest);
    let (flags, rest) = if rest.first().is_none_or(u8::is_ascii_digit) {
        (None, rest)
    } else {
        let (flags, rest) = flag_columns(rest)?;
        (Some(flags), skip_blanks(rest))
    };
    let (time, event) = time_and_colon(rest)?;
    Ok(Columns {
        layout: Layout::Default,
        task: Some(Task { comm, pid }),
        cpu,
        flags,
        time,
        event,
    })
}

fn latency_layout<'a>(comm: &'a [u8], rest: &'a [u8]) -> Result<Columns<'a>, Fault> {
    let (pid, rest) = task_id(rest)?;
    let (cpu, rest) = cpu_number(skip_blanks(rest))?;
    let (flags, rest) = flag_columns(rest)?;
    let (time, event) = time_and_colon(skip_blanks(rest))?;
    Ok(Columns {
        layout: Layout::Latency,
        task: Some(Task { comm, pid }),
        cpu,
        flags: Some(flags),
        time,
        event,
    })
}

/// `    43   0 1 00000002 00000001 [005b1d0d] 16.055ms (+0.112ms): ` or, for a clock without a unit,
/// `... [0000000000000003] 3 (+1): `.
fn verbose_layout<'a>(comm: &'a [u8], rest: &'a [u8]) -> Result<Columns<'a>, Fault> {
    let (pid, rest) = task_id(skip_blanks(rest))?;
    let (cpu, rest) = cpu_number(skip_blanks(rest))?;
    let rest = skip_blanks(rest);
    let bad_flags = |at| Fault::new(ProblemKind::BadFlags, at);
    let (bits, rest) = decimal(rest).ok_or_else(|| bad_flags(rest))?;
    let rest = skip_blanks(rest);
    let (preempt_count, rest) = hexadecimal(rest).ok_or_else(|| bad_flags(rest))?;
    let rest = skip_blanks(rest);
    let bad_time = |at| Fault::new(ProblemKind::BadTime, at);
    let (_index, rest) = hexadecimal(rest).ok_or_else(|| bad_time(rest))?;
    let rest = skip_blanks(rest);
    let (stamp, relative) = rest
        .strip_prefix(b"[")
        .and_then(hexadecimal)
        .and_then(|(stamp, rest)| Some((stamp, rest.strip_prefix(b"] ")?)))
        .ok_or_else(|| bad_time(rest))?;
    let end = memchr::memmem::find(relative, b"): ").ok_or_else(|| bad_time(relative))?;
    let time = if relative[..end].ends_with(b"ms") {
        Timestamp::Clock(stamp.checked_mul(1000).ok_or_else(|| bad_time(rest))?)
    } else {
        Timestamp::Ticks(stamp)
    };
    Ok(Columns {
        layout: Layout::Verbose,
        task: Some(Task { comm, pid }),
        cpu,
        flags: Some(entry_flags(bits, preempt_count)),
        time,
        event: &relative[end + 2..],
    })
}

fn perf_layout<'a>(comm: &'a [u8], rest: &'a [u8]) -> Result<Columns<'a>, Fault> {
    let rest = skip_blanks(rest);
    let (pid, rest) = perf_ids(rest).ok_or_else(|| Fault::new(ProblemKind::BadTask, rest))?;
    let (cpu, rest) = bracketed_cpu(skip_blanks(rest))?;
    let (time, event) = time_and_colon(skip_blanks(rest))?;
    Ok(Columns {
        layout: Layout::Perf,
        task: pid.map(|pid| Task { comm, pid }),
        cpu,
        flags: None,
        time,
        event,
    })
}

/// Finds the columns of a line that is not aligned, by the first `[cpu]` with a task in front.
fn unaligned(line: &[u8]) -> Option<Result<Columns<'_>, Fault>> {
    // Once, and not for each bracket: a hostile line has thousands of both. Faults count from the end of the line.
    let line = skip_blanks(line);
    for at in memchr::memchr_iter(b'[', line) {
        if bracketed_cpu(&line[at..]).is_err() {
            continue;
        }
        let task = trim_blanks(&line[..at]);
        let task = match task {
            // The tgid column stays in place: it belongs to the columns behind the pid.
            [.., b')'] => trim_blanks(&task[..memchr::memrchr(b'(', task)?]),
            _ => task,
        };
        let id_length = task
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'/')
            .count();
        let ids_at = task.len() - id_length;
        if id_length == 0 {
            continue;
        }
        match task[..ids_at] {
            [.., b' ', b'-'] => {
                let comm = trim_blanks(&task[..ids_at - 1]);
                return Some(perf_layout(comm, &line[ids_at - 1..]));
            }
            [.., b'-'] => return Some(default_layout(&task[..ids_at - 1], &line[ids_at..])),
            [.., b' '] => return Some(perf_layout(trim_blanks(&task[..ids_at]), &line[ids_at..])),
            _ => {}
        }
    }
    None
}

fn task_id(rest: &[u8]) -> Result<(u32, &[u8]), Fault> {
    decimal(rest)
        .and_then(|(pid, after)| Some((u32::try_from(pid).ok()?, after)))
        .ok_or_else(|| Fault::new(ProblemKind::BadTask, rest))
}

/// `51`, `50/51` (the second is the thread's) or `-1`, which is no task.
fn perf_ids(rest: &[u8]) -> Option<(Option<u32>, &[u8])> {
    if let Some(rest) = rest.strip_prefix(b"-1") {
        return Some((None, rest.strip_prefix(b"/-1").unwrap_or(rest)));
    }
    let (mut id, mut rest) = decimal(rest)?;
    if let Some(thread) = rest.strip_prefix(b"/") {
        (id, rest) = decimal(thread)?;
    }
    Some((Some(u32::try_from(id).ok()?), rest))
}

fn cpu_number(rest: &[u8]) -> Result<(u16, &[u8]), Fault> {
    decimal(rest)
        .and_then(|(cpu, after)| Some((u16::try_from(cpu).ok()?, after)))
        .ok_or_else(|| Fault::new(ProblemKind::BadCpu, rest))
}

/// `[000] `.
fn bracketed_cpu(rest: &[u8]) -> Result<(u16, &[u8]), Fault> {
    rest.strip_prefix(b"[")
        .and_then(|number| cpu_number(number).ok())
        .and_then(|(cpu, after)| Some((cpu, after.strip_prefix(b"]")?)))
        .ok_or_else(|| Fault::new(ProblemKind::BadCpu, rest))
}
