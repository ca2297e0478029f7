//! `key=value` fields of an event's text.

use super::super::problem::{Fault, ProblemKind};
use crate::lines::{hexadecimal, number, signed};

/// Finds the first value of `key` (given with its `=`); it reaches to the end of the text.
///
/// A key counts only at the start or behind a blank, so that `pid=` is not found in `next_pid=`.
pub(super) fn value<'a>(text: &'a [u8], key: &'static [u8]) -> Option<&'a [u8]> {
    memchr::memmem::find_iter(text, key)
        .find(|&at| at == 0 || text[at - 1] == b' ')
        .map(|at| &text[at + key.len()..])
}

/// As [`value`], up to the next blank.
pub(super) fn word<'a>(text: &'a [u8], key: &'static [u8]) -> Option<&'a [u8]> {
    value(text, key).map(|rest| super::token(rest).0)
}

/// An unsigned field, decimal or `0x`.
pub(super) fn unsigned(text: &[u8], key: &'static [u8], name: &'static str) -> Result<u64, Fault> {
    value(text, key)
        .and_then(number)
        .map(|(value, _)| value)
        .ok_or_else(|| Fault::new(ProblemKind::BadField(name), text))
}

/// An unsigned field of 32 bits, decimal or `0x`.
pub(super) fn small(text: &[u8], key: &'static [u8], name: &'static str) -> Result<u32, Fault> {
    u32::try_from(unsigned(text, key, name)?)
        .map_err(|_| Fault::new(ProblemKind::BadField(name), text))
}

/// A signed field of 32 bits: decimal, or `0x` of its two's complement.
pub(super) fn small_signed(
    text: &[u8],
    key: &'static [u8],
    name: &'static str,
) -> Result<i32, Fault> {
    let rest = value(text, key).unwrap_or_default();
    let value = match rest.strip_prefix(b"0x") {
        Some(digits) => hexadecimal(digits).and_then(|(bits, _)| match u32::try_from(bits) {
            Ok(bits) => Some(bits.cast_signed()),
            Err(_) => i32::try_from(bits.cast_signed()).ok(),
        }),
        None => signed(rest).and_then(|(value, _)| i32::try_from(value).ok()),
    };
    value.ok_or_else(|| Fault::new(ProblemKind::BadField(name), text))
}

/// Reads an address off the front: `%p` with or without `0x`, or `(nil)`.
#[inline]
pub(super) fn address(text: &[u8]) -> Result<(u64, &[u8]), Fault> {
    hexadecimal(text.strip_prefix(b"0x").unwrap_or(text))
        .filter(|(_, rest)| {
            rest.first()
                .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        })
        .or_else(|| {
            let rest = text
                .strip_prefix(b"(nil)")
                .or_else(|| text.strip_prefix(b"(null)"))?;
            Some((0, rest))
        })
        .ok_or_else(|| Fault::new(ProblemKind::BadAddress, text))
}

/// An address field.
pub(super) fn address_of(text: &[u8], key: &'static [u8]) -> Result<u64, Fault> {
    let rest = value(text, key).ok_or_else(|| Fault::new(ProblemKind::BadAddress, text))?;
    address(rest).map(|(addr, _)| addr)
}

/// Whether there are only hexadecimal digits.
pub(super) fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}
