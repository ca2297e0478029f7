//! Lock and contention events.

use super::super::Event;
use super::super::problem::{Fault, ProblemKind};
use super::field;
use crate::lines::number;

/// Bit of the `flags` field that says try-lock.
const TRY: u64 = 1;
/// Bit of the `flags` field that says read.
const READ: u64 = 2;

/// `ADDR [try ][read ]NAME`, or `flags=F name=NAME lockdep_addr=ADDR`.
#[inline]
pub(super) fn acquire(text: &[u8]) -> Result<Event<'_>, Fault> {
    if let Some(rest) = text.strip_prefix(b"flags=") {
        let bad_flags = || Fault::new(ProblemKind::BadField("flags"), rest);
        let (flags, rest) = number(rest).ok_or_else(bad_flags)?;
        let rest =
            field::value(rest, b"name=").ok_or_else(|| Fault::new(ProblemKind::NoName, rest))?;
        let (addr, name) = raw_name(rest)?;
        return Ok(Event::LockAcquire {
            addr,
            try_: flags & TRY != 0,
            read: flags & READ != 0,
            name,
        });
    }
    let (addr, rest) = addr_and_blank(text)?;
    let (try_, rest) = word(rest, b"try ");
    let (read, name) = word(rest, b"read ");
    if name.is_empty() {
        return Err(Fault::new(ProblemKind::NoName, name));
    }
    Ok(Event::LockAcquire {
        addr,
        try_,
        read,
        name,
    })
}

/// `ADDR NAME`, or `name=NAME lockdep_addr=ADDR`: address and name.
#[inline]
pub(super) fn named(text: &[u8]) -> Result<(u64, &[u8]), Fault> {
    if let Some(rest) = text.strip_prefix(b"name=") {
        return raw_name(rest);
    }
    let (addr, name) = addr_and_blank(text)?;
    if name.is_empty() {
        return Err(Fault::new(ProblemKind::NoName, name));
    }
    Ok((addr, name))
}

/// `ADDR (flags=SPIN|MUTEX)`, or `lock_addr=ADDR flags=F`.
pub(super) fn contention_begin(text: &[u8]) -> Result<Event<'_>, Fault> {
    let addr = contended_addr(text)?;
    let flags = field::word(text, b"(flags=").or_else(|| field::word(text, b"flags="));
    let flags = flags.unwrap_or_default();
    Ok(Event::ContentionBegin {
        addr,
        flags: flags.strip_suffix(b")").unwrap_or(flags),
    })
}

/// `ADDR (ret=0)`, or `lock_addr=ADDR ret=0`.
pub(super) fn contention_end(text: &[u8]) -> Result<Event<'_>, Fault> {
    let addr = contended_addr(text)?;
    let ret = field::small_signed(text, b"(ret=", "ret")
        .or_else(|_| field::small_signed(text, b"ret=", "ret"))?;
    Ok(Event::ContentionEnd { addr, ret })
}

fn contended_addr(text: &[u8]) -> Result<u64, Fault> {
    if text.starts_with(b"lock_addr=") {
        field::address_of(text, b"lock_addr=")
    } else {
        field::address(text).map(|(addr, _)| addr)
    }
}

/// The name of a lock and its address behind it. The name may hold anything, so the last key counts.
fn raw_name(rest: &[u8]) -> Result<(u64, &[u8]), Fault> {
    const KEY: &[u8] = b" lockdep_addr=";
    let at = memchr::memmem::rfind(rest, KEY)
        .ok_or_else(|| Fault::new(ProblemKind::BadAddress, &rest[rest.len()..]))?;
    let (addr, _) = field::address(&rest[at + KEY.len()..])?;
    if at == 0 {
        return Err(Fault::new(ProblemKind::NoName, rest));
    }
    Ok((addr, &rest[..at]))
}

#[inline]
fn addr_and_blank(text: &[u8]) -> Result<(u64, &[u8]), Fault> {
    let (addr, rest) = field::address(text)?;
    match rest {
        [b' ', name @ ..] => Ok((addr, name)),
        _ => Err(Fault::new(ProblemKind::NoName, rest)),
    }
}

#[inline]
fn word<'a>(text: &'a [u8], word: &[u8]) -> (bool, &'a [u8]) {
    match text.strip_prefix(word) {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}
