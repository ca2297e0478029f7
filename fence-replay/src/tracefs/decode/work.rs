//! `workqueue_*` events.

use super::super::problem::{Fault, ProblemKind};
use super::super::{Event, Workqueue};
use super::field;
use crate::lines::trim_blanks;

/// Reads a workqueue event; `None` for those that a replay does not need.
pub(super) fn workqueue<'a>(name: &[u8], text: &'a [u8]) -> Option<Result<Event<'a>, Fault>> {
    let event = match name {
        b"workqueue_queue_work" => queue_work(text),
        b"workqueue_activate_work" => {
            item(text).map(|(work, function)| Workqueue::ActivateWork { work, function })
        }
        b"workqueue_execute_start" => item(text).and_then(|(work, function)| {
            let missing = || Fault::new(ProblemKind::BadField("function"), text);
            let function = function.ok_or_else(missing)?;
            Ok(Workqueue::ExecuteStart { work, function })
        }),
        b"workqueue_execute_end" => {
            item(text).map(|(work, function)| Workqueue::ExecuteEnd { work, function })
        }
        _ => return None,
    };
    Some(event.map(Event::Workqueue))
}

/// `work struct=ADDR function=F workqueue=NAME req_cpu=N cpu=N`; raw fields have `work=ADDR` instead.
fn queue_work(text: &[u8]) -> Result<Workqueue<'_>, Fault> {
    const WORKQUEUE: &[u8] = b" workqueue=";
    const REQ_CPU: &[u8] = b" req_cpu=";
    let missing = |name| Fault::new(ProblemKind::BadField(name), text);
    let work = match text.strip_prefix(b"work ") {
        Some(text) => field::address_of(text, b"struct=")?,
        None => field::address_of(text, b"work=")?,
    };
    let function = field::value(text, b"function=").ok_or_else(|| missing("function"))?;
    let end = memchr::memmem::find(function, WORKQUEUE).ok_or_else(|| missing("workqueue"))?;
    let queue = &function[end + WORKQUEUE.len()..];
    // The queue's name may hold blanks and keys, so the numbers are looked for from the end.
    let queue_end = memchr::memmem::rfind(queue, REQ_CPU).ok_or_else(|| missing("req_cpu"))?;
    let numbers = &queue[queue_end..];
    Ok(Workqueue::QueueWork {
        work,
        function: plain(&function[..end]),
        workqueue: &queue[..queue_end],
        req_cpu: field::small_signed(numbers, &REQ_CPU[1..], "req_cpu")?,
        cpu: field::small_signed(numbers, b"cpu=", "cpu")?,
    })
}

/// `work struct ADDR: function F`, `work struct ADDR function=F`, `work struct ADDR`, or
/// `work=ADDR function=F`: the item and, if printed, its function.
fn item(text: &[u8]) -> Result<(u64, Option<&[u8]>), Fault> {
    let (work, rest) = match text.strip_prefix(b"work struct ") {
        Some(rest) => field::address(rest)?,
        None => (field::address_of(text, b"work=")?, text),
    };
    let function = rest
        .strip_prefix(b": function ")
        .or_else(|| field::value(rest, b"function="))
        .map(plain)
        .filter(|function| !function.is_empty());
    Ok((work, function))
}

/// A function without the number that the `fields` option puts behind its address.
fn plain(function: &[u8]) -> &[u8] {
    let function = trim_blanks(function);
    match memchr::memmem::find(function, b" (") {
        Some(end) => &function[..end],
        None => function,
    }
}
