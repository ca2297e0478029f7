//! Numbers as the kernel prints them, read off the front of a byte slice.
//!
//! Each function gives the value and what follows it, or `None` if there is no number here or it
//! does not fit.

/// Reads decimal digits.
#[inline]
pub(crate) fn decimal(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    let mut length = 0;
    for &byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
        length += 1;
    }
    (length > 0).then(|| (value, &bytes[length..]))
}

/// Reads decimal digits that may have a minus sign in front.
pub(crate) fn signed(bytes: &[u8]) -> Option<(i64, &[u8])> {
    if let Some(magnitude) = bytes.strip_prefix(b"-") {
        let (value, rest) = decimal(magnitude)?;
        Some((0_i64.checked_sub_unsigned(value)?, rest))
    } else {
        let (value, rest) = decimal(bytes)?;
        Some((i64::try_from(value).ok()?, rest))
    }
}

/// Reads hexadecimal digits without a prefix, at most 16.
#[inline]
pub(crate) fn hexadecimal(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    let mut length = 0;
    for &byte in bytes {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => break,
        };
        if length == 16 {
            return None;
        }
        value = (value << 4) | u64::from(digit);
        length += 1;
    }
    (length > 0).then(|| (value, &bytes[length..]))
}

/// Reads a number that is hexadecimal if it starts with `0x`, else decimal.
pub(crate) fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    match bytes.strip_prefix(b"0x") {
        Some(digits) => hexadecimal(digits),
        None => decimal(bytes),
    }
}

/// Drops blanks (spaces and tabs) from the front.
#[inline]
pub(crate) fn skip_blanks(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let [b' ' | b'\t', tail @ ..] = rest {
        rest = tail;
    }
    rest
}

/// Drops blanks from both ends.
pub(crate) fn trim_blanks(bytes: &[u8]) -> &[u8] {
    let mut rest = skip_blanks(bytes);
    while let [head @ .., b' ' | b'\t'] = rest {
        rest = head;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_stops_at_the_first_other_byte() {
        assert_eq!(decimal(b"120 x"), Some((120, &b" x"[..])));
        assert_eq!(decimal(b"x"), None);
        assert_eq!(decimal(b""), None);
    }

    #[test]
    fn a_decimal_above_64_bits_is_refused() {
        assert_eq!(decimal(b"18446744073709551615"), Some((u64::MAX, &b""[..])));
        assert_eq!(decimal(b"18446744073709551616"), None);
    }

    #[test]
    fn a_signed_number_reaches_both_ends_of_its_range() {
        assert_eq!(signed(b"-1]"), Some((-1, &b"]"[..])));
        assert_eq!(signed(b"-9223372036854775808"), Some((i64::MIN, &b""[..])));
        assert_eq!(signed(b"9223372036854775808"), None);
        assert_eq!(signed(b"--1"), None);
    }

    #[test]
    fn sixteen_hex_digits_are_an_address_and_seventeen_are_not() {
        assert_eq!(
            hexadecimal(b"ff1100003ebedfd8 &x"),
            Some((0xff11_0000_3ebe_dfd8, &b" &x"[..]))
        );
        assert_eq!(hexadecimal(b"ff1100003ebedfd80"), None);
    }

    #[test]
    fn the_prefix_decides_the_base() {
        assert_eq!(number(b"0x10 (16)"), Some((16, &b" (16)"[..])));
        assert_eq!(number(b"10"), Some((10, &b""[..])));
    }
}
