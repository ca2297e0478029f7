//! `dma_fence_*` events.

use super::super::problem::{Fault, ProblemKind};
use super::super::{Event, FenceEvent};
use super::field;

/// Which fence event has this name.
pub(super) fn kind(name: &[u8]) -> Option<FenceEvent> {
    Some(match name.strip_prefix(b"dma_fence_")? {
        b"init" => FenceEvent::Init,
        b"emit" => FenceEvent::Emit,
        b"enable_signal" => FenceEvent::EnableSignal,
        b"signaled" => FenceEvent::Signaled,
        b"wait_start" => FenceEvent::WaitStart,
        b"wait_end" => FenceEvent::WaitEnd,
        b"destroy" => FenceEvent::Destroy,
        _ => return None,
    })
}

/// `driver=D timeline=T context=C seqno=S`. T may hold blanks and keys, so the numbers are looked for
/// from the end.
pub(super) fn fence(kind: FenceEvent, text: &[u8]) -> Result<Event<'_>, Fault> {
    const TIMELINE: &[u8] = b" timeline=";
    const CONTEXT: &[u8] = b" context=";
    const SEQNO: &[u8] = b" seqno=";
    let missing = |name| Fault::new(ProblemKind::BadField(name), text);
    let names = text
        .strip_prefix(b"driver=")
        .ok_or_else(|| missing("driver"))?;
    let driver_end = memchr::memmem::find(names, TIMELINE).ok_or_else(|| missing("timeline"))?;
    let rest = &names[driver_end + TIMELINE.len()..];
    let seqno_at = memchr::memmem::rfind(rest, SEQNO).ok_or_else(|| missing("seqno"))?;
    let context_at =
        memchr::memmem::rfind(&rest[..seqno_at], CONTEXT).ok_or_else(|| missing("context"))?;
    Ok(Event::Fence {
        kind,
        driver: &names[..driver_end],
        timeline: &rest[..context_at],
        context: field::unsigned(&rest[context_at + 1..], &CONTEXT[1..], "context")?,
        seqno: field::unsigned(&rest[seqno_at + 1..], &SEQNO[1..], "seqno")?,
    })
}
