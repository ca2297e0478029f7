//! Interrupt, softirq and timer events: what runs on top of a task, from entry to exit.

use super::super::Event;
use super::super::problem::Fault;
use super::field;

/// Reads an event named `*_entry` or `*_exit`; `None` if it is not about an interrupt or timer.
pub(super) fn entry_or_exit<'a>(
    event: &'a [u8],
    text: &'a [u8],
) -> Option<Result<Event<'a>, Fault>> {
    Some(match event {
        b"irq_handler_entry" => {
            field::small(text, b"irq=", "irq").map(|irq| Event::IrqHandlerEntry {
                irq,
                name: field::value(text, b"name=").unwrap_or_default(),
            })
        }
        b"irq_handler_exit" => {
            field::small(text, b"irq=", "irq").map(|irq| Event::IrqHandlerExit { irq })
        }
        b"softirq_entry" => {
            field::small(text, b"vec=", "vec").map(|vec| Event::SoftirqEntry { vec })
        }
        b"softirq_exit" => field::small(text, b"vec=", "vec").map(|vec| Event::SoftirqExit { vec }),
        b"timer_expire_entry" => {
            field::address_of(text, b"timer=").map(|timer| Event::TimerExpireEntry {
                timer,
                function: function(text),
            })
        }
        b"timer_expire_exit" => {
            field::address_of(text, b"timer=").map(|timer| Event::TimerExpireExit { timer })
        }
        b"hrtimer_expire_entry" => {
            field::address_of(text, b"hrtimer=").map(|hrtimer| Event::HrtimerExpireEntry {
                hrtimer,
                function: function(text),
            })
        }
        b"hrtimer_expire_exit" => {
            field::address_of(text, b"hrtimer=").map(|hrtimer| Event::HrtimerExpireExit { hrtimer })
        }
        _ => return vector(event, text),
    })
}

/// `local_timer_entry: vector=236` and its sisters; others of that name have no `vector=`.
fn vector<'a>(event: &'a [u8], text: &'a [u8]) -> Option<Result<Event<'a>, Fault>> {
    if !text.starts_with(b"vector=") {
        return None;
    }
    let vector = field::small(text, b"vector=", "vector");
    Some(if let Some(name) = event.strip_suffix(b"_entry") {
        vector.map(|vector| Event::IrqVectorEntry { name, vector })
    } else {
        let name = event.strip_suffix(b"_exit")?;
        vector.map(|vector| Event::IrqVectorExit { name, vector })
    })
}

/// `function=F`, without the `/0x0` that trace-cmd's hrtimer plugin adds.
fn function(text: &[u8]) -> &[u8] {
    let function = field::word(text, b"function=").unwrap_or_default();
    match memchr::memmem::find(function, b"/0x") {
        Some(end) => &function[..end],
        None => function,
    }
}
