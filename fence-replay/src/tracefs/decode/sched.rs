//! Scheduler events.

use super::super::Event;
use super::super::problem::{Fault, ProblemKind};
use super::field;
use crate::lines::{decimal, trim_blanks};

/// `prev_comm=C prev_pid=P prev_prio=N prev_state=S ==> next_comm=C next_pid=P next_prio=N`, or as
/// trace-cmd's plugin prints it, `C:P [N] S ==> C:P [N]`.
pub(super) fn switch(text: &[u8]) -> Result<Event<'_>, Fault> {
    const PREV_PID: &[u8] = b" prev_pid=";
    const NEXT_COMM: &[u8] = b" next_comm=";
    const NEXT_PID: &[u8] = b" next_pid=";
    const ARROW: &[u8] = b" ==> ";
    let missing = |name| Fault::new(ProblemKind::BadField(name), text);
    let Some(prev) = text.strip_prefix(b"prev_comm=") else {
        let arrow = memchr::memmem::rfind(text, ARROW).ok_or_else(|| missing("next_pid"))?;
        let (prev, next) = (&text[..arrow], &text[arrow + ARROW.len()..]);
        let (prev_comm, prev_pid) = comm_and_pid(prev).ok_or_else(|| missing("prev_pid"))?;
        let (next_comm, next_pid) = comm_and_pid(next).ok_or_else(|| missing("next_pid"))?;
        return Ok(Event::SchedSwitch {
            prev_pid,
            prev_comm,
            next_pid,
            next_comm,
        });
    };
    let prev_end = memchr::memmem::find(prev, PREV_PID).ok_or_else(|| missing("prev_pid"))?;
    let rest = &prev[prev_end..];
    let next_at = memchr::memmem::find(rest, NEXT_COMM).ok_or_else(|| missing("next_comm"))?;
    let next = &rest[next_at + NEXT_COMM.len()..];
    let next_end = memchr::memmem::rfind(next, NEXT_PID).ok_or_else(|| missing("next_pid"))?;
    Ok(Event::SchedSwitch {
        prev_pid: field::small(rest, &PREV_PID[1..], "prev_pid")?,
        prev_comm: &prev[..prev_end],
        next_pid: field::small(&next[next_end..], &NEXT_PID[1..], "next_pid")?,
        next_comm: &next[..next_end],
    })
}

/// `comm=C pid=P prio=N`.
pub(super) fn process_exit(text: &[u8]) -> Result<Event<'_>, Fault> {
    let at = memchr::memmem::rfind(text, b" pid=").unwrap_or(0);
    field::small(&text[at..], b"pid=", "pid").map(|pid| Event::SchedProcessExit { pid })
}

/// `C:P [N] ...`.
fn comm_and_pid(text: &[u8]) -> Option<(&[u8], u32)> {
    let end = memchr::memmem::rfind(text, b" [")?;
    let colon = memchr::memrchr(b':', &text[..end])?;
    let (pid, _) = decimal(&text[colon + 1..end])?;
    Some((trim_blanks(&text[..colon]), u32::try_from(pid).ok()?))
}
