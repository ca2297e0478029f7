//! Recordings that are told apart only to be refused: binary ones, and text without fields.

use super::Refusal;
use crate::lines::{decimal, skip_blanks};

/// Tells a binary recording by its first bytes.
pub(super) fn binary(head: &[u8]) -> Option<Refusal> {
    if head.starts_with(b"\x17\x08\x44tracing") {
        Some(Refusal::TraceDat)
    } else if head.starts_with(b"PERFILE2") {
        Some(Refusal::PerfData)
    } else {
        None
    }
}

/// Tells a line of the `raw` option (`43 0 5971212978 type: 122`, markers `1 0 5968898991 # ...`) or
/// of the `hex` option (numbers in hexadecimal, then `type: 122`).
pub(super) fn is_raw(line: &[u8]) -> bool {
    if let Some(at) = memchr::memmem::rfind(line, b"type: ") {
        let (numbers, kind) = line.split_at(at);
        let is_number = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b' ';
        let kind = decimal(&kind[b"type: ".len()..]);
        return numbers.iter().all(is_number) && kind.is_some_and(|(_, rest)| rest.is_empty());
    }
    let mut rest = line;
    for _ in 0..3 {
        match decimal(rest) {
            Some((_, [b' ', tail @ ..])) => rest = tail,
            _ => return false,
        }
    }
    skip_blanks(rest).starts_with(b"# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_and_hex_lines_are_told_by_their_type_number() {
        assert!(is_raw(b"43 0 5971212978 type: 122"));
        assert!(is_raw(b"0000002b 00000000 0000000163e8c6b2 type: 122"));
        assert!(is_raw(b"type: 122"));
        assert!(is_raw(
            b"1 0 5968898991 # ffffffff810f62f9 fencebug start mutex-over-wait-ok"
        ));
    }

    #[test]
    fn an_event_that_talks_of_types_is_not_raw() {
        assert!(!is_raw(b"my_event: type: 122"));
        assert!(!is_raw(b"43 0 5971212978 type: 122 and more"));
        assert!(!is_raw(b"43 0 lock_acquire # "));
    }

    #[test]
    fn binary_recordings_are_told_by_their_magic() {
        assert_eq!(binary(b"\x17\x08\x44tracing7\0"), Some(Refusal::TraceDat));
        assert_eq!(binary(b"PERFILE2h\0"), Some(Refusal::PerfData));
        assert_eq!(binary(b"\x17\x08\x44"), None);
    }
}
