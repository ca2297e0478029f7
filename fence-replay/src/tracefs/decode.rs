//! An event's name and text to its fields, for every way in which the dialects print them.
//!
//! The kernel's own format (`%p name`), the `fields` option (`name=.. lockdep_addr=0x.. (..)`),
//! `trace-cmd report -R` (`name=.. lockdep_addr=0x..`) and the plugins of `trace-cmd` differ in order
//! and in numbers' bases, so fields are found by key wherever there are keys.

mod fence;
mod field;
mod irq;
mod lock;
mod sched;
mod work;

use super::Event;
use super::problem::{Fault, ProblemKind};
use crate::lines::{decimal, skip_blanks};

/// An event as the columns leave it: name and text, not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// The tracepoint; empty if what stands there has no name.
    pub(super) name: &'a [u8],
    /// What follows the name's colon, blanks included.
    pub(super) text: &'a [u8],
}

impl<'a> Named<'a> {
    /// Splits `name: text`, `system:name: text` or, from `perf`, `period system:name: text`.
    #[inline]
    pub(super) fn split(event: &'a [u8]) -> Result<Self, Fault> {
        let event = skip_blanks(event);
        if event.is_empty() {
            return Err(Fault::new(ProblemKind::NoEvent, event));
        }
        let (mut token, mut text) = token(event);
        if token.iter().all(u8::is_ascii_digit) {
            (token, text) = self::token(skip_blanks(text));
        }
        let Some(token) = token.strip_suffix(b":") else {
            return Ok(Named {
                name: b"",
                text: event,
            });
        };
        // perf puts the subsystem in front.
        let name = match memchr::memchr(b':', token) {
            Some(at) => &token[at + 1..],
            None => token,
        };
        Ok(Named { name, text })
    }

    /// Whether a line without columns could be this event.
    pub(super) fn is_plausible(&self) -> bool {
        match self.name {
            [] => self.is_stack() || self.text.starts_with(b"UNKNOWN TYPE"),
            [first, ..] => {
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                !first.is_ascii_digit() && self.name.iter().all(is_word)
            }
        }
    }

    /// Whether this is a stack trace, which is no event of its own.
    fn is_stack(&self) -> bool {
        match self.name {
            b"" => self.text.starts_with(b"<stack trace") || self.text.starts_with(b"<user stack"),
            b"kernel_stack" | b"user_stack" => true,
            _ => false,
        }
    }

    /// Reads the fields; `None` for a stack trace.
    #[inline]
    pub(super) fn decode(&self) -> Result<Option<Event<'a>>, Fault> {
        let text = skip_blanks(self.text);
        let event = match self.name {
            b"lock_acquire" => lock::acquire(text),
            b"lock_release" => {
                lock::named(text).map(|(addr, name)| Event::LockRelease { addr, name })
            }
            b"lock_acquired" => {
                lock::named(text).map(|(addr, name)| Event::LockAcquired { addr, name })
            }
            _ if self.is_stack() => return Ok(None),
            name => self.decode_rare(name, text),
        };
        event.map(Some)
    }

    /// Events that are few in any trace, so that the order of tests does not matter.
    fn decode_rare(&self, name: &'a [u8], text: &'a [u8]) -> Result<Event<'a>, Fault> {
        if let Some(kind) = fence::kind(name) {
            return fence::fence(kind, text);
        }
        let other = Ok(Event::Other { name });
        match name {
            b"lock_contended" => {
                lock::named(text).map(|(addr, name)| Event::LockContended { addr, name })
            }
            b"contention_begin" => lock::contention_begin(text),
            b"contention_end" => lock::contention_end(text),
            b"tracing_mark_write" => Ok(Event::Marker(
                self.text.strip_prefix(b" ").unwrap_or(self.text),
            )),
            b"print" => Ok(printed(text)),
            b"" => Ok(perf_lost(text).unwrap_or(Event::Other { name })),
            b"sched_switch" => sched::switch(text),
            b"sched_process_exit" => sched::process_exit(text),
            _ if name.starts_with(b"workqueue_") => work::workqueue(name, text).unwrap_or(other),
            _ if name.ends_with(b"_entry") || name.ends_with(b"_exit") => {
                irq::entry_or_exit(name, text).unwrap_or(other)
            }
            _ => other,
        }
    }
}

/// Splits at the first blank.
#[inline]
fn token(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = bytes
        .iter()
        .position(|&byte| byte == b' ')
        .unwrap_or(bytes.len());
    bytes.split_at(length)
}

/// `PERF_RECORD_LOST lost 5`, from `perf script --show-lost-events`.
fn perf_lost(text: &[u8]) -> Option<Event<'_>> {
    let (count, _) = decimal(text.strip_prefix(b"PERF_RECORD_LOST lost ")?)?;
    Some(Event::Lost {
        cpu: None,
        count: Some(count),
    })
}

/// The text of `print`, the event that a marker is to `trace-cmd` and `perf`:
/// `tracing_mark_write: text`, or with `-R` `ip=tracing_mark_write buf=text`.
///
/// `print` is also `trace_printk()`, which names the calling function there and is no marker. Where
/// the recorder had no symbols, an address stands there and the two cannot be told apart.
fn printed(text: &[u8]) -> Event<'_> {
    let (place, text) = if let Some(raw) = text.strip_prefix(b"ip=") {
        let (place, rest) = token(raw);
        (place, rest.strip_prefix(b" buf=").unwrap_or(rest))
    } else {
        let (place, rest) = token(text);
        (
            place.strip_suffix(b":").unwrap_or(place),
            rest.strip_prefix(b" ").unwrap_or(rest),
        )
    };
    let is_address = place.starts_with(b"0x") || (place.len() >= 8 && field::is_hex(place));
    if place == b"tracing_mark_write" || is_address {
        Event::Marker(text)
    } else {
        Event::Other { name: b"print" }
    }
}
