//! Numbers in bytes, and the checksum.

use alloc::vec::Vec;

use super::decode_error::{DecodeError, DecodeErrorKind};

/// What every file begins with, before its version.
pub(super) const MAGIC: &[u8; 7] = b"FGRAPH\0";
/// The version written, and the latest that can be read.
pub(super) const VERSION: u8 = 1;
/// Bytes of the checksum at the end.
pub(super) const CHECKSUM_BYTES: usize = 8;

/// FNV-1a over the little-endian 64-bit words of `bytes`, the last one filled up with zeros, and their number.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    let mut words = bytes.chunks_exact(8);
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for word in &mut words {
        hash = mix(
            hash,
            word.iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte)),
        );
    }
    let rest = words.remainder().iter().rev();
    hash = mix(
        hash,
        rest.fold(0, |word, &byte| word << 8 | u64::from(byte)),
    );
    mix(hash, bytes.len() as u64)
}

/// Appends a number, seven bits a byte, lowest first; the high bit says that another byte follows.
pub(super) fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads what [`number`] and others have written.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    /// A reader of `bytes` from `at` on.
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn fail<T>(&self, kind: DecodeErrorKind) -> Result<T, DecodeError> {
        Err(DecodeError {
            offset: self.at,
            kind,
        })
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        match self.bytes.get(self.at) {
            Some(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => self.fail(DecodeErrorKind::Truncated),
        }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'b [u8], DecodeError> {
        match self.bytes[self.at..].get(..count) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => self.fail(DecodeErrorKind::Truncated),
        }
    }

    /// A number of up to 64 bits.
    pub(super) fn long(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let fits = bits << shift >> shift == bits;
            // A last byte of zero would be a longer way to write the same number.
            if !fits || byte == 0 && shift > 0 {
                return self.fail(DecodeErrorKind::Number);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        self.fail(DecodeErrorKind::Number)
    }

    /// A number of up to 32 bits.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u32, DecodeError> {
        // Most are of one or two bytes.
        match self.bytes.get(self.at..) {
            Some(&[byte @ ..0x80, ..]) => {
                self.at += 1;
                return Ok(u32::from(byte));
            }
            Some(&[low, high @ 1..0x80, ..]) => {
                self.at += 2;
                return Ok(u32::from(low & 0x7f) | u32::from(high) << 7);
            }
            _ => {}
        }
        match u32::try_from(self.long()?) {
            Ok(value) => Ok(value),
            Err(_) => self.fail(DecodeErrorKind::Number),
        }
    }

    /// How many rows follow, each of at least `least` bytes. So memory for them is in proportion to the input.
    pub(super) fn count(&mut self, least: usize) -> Result<usize, DecodeError> {
        let count = self.number()? as usize;
        if count > self.left() / least {
            return self.fail(DecodeErrorKind::Truncated);
        }
        Ok(count)
    }

    /// An index below `rows`.
    #[inline]
    pub(super) fn index(&mut self, rows: usize) -> Result<u32, DecodeError> {
        let index = self.number()?;
        self.below(index, rows)
    }

    /// The sum of an index and a number that follows, below `rows`.
    #[inline]
    pub(super) fn step(&mut self, from: u32, rows: usize) -> Result<u32, DecodeError> {
        match from.checked_add(self.number()?) {
            Some(index) => self.below(index, rows),
            None => self.fail(DecodeErrorKind::Number),
        }
    }

    fn below(&self, index: u32, rows: usize) -> Result<u32, DecodeError> {
        if (index as usize) < rows {
            Ok(index)
        } else {
            self.fail(DecodeErrorKind::Reference)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_only_in_their_shortest_form() {
        for value in [
            0,
            1,
            127,
            128,
            16_383,
            16_384,
            u64::from(u32::MAX),
            u64::MAX,
        ] {
            let mut bytes = Vec::new();
            number(&mut bytes, value);
            assert_eq!(Reader::new(&bytes, 0).long(), Ok(value));
        }
        let kind = |bytes: &[u8]| Reader::new(bytes, 0).long().map_err(|error| error.kind);
        assert_eq!(kind(&[0x80, 0]), Err(DecodeErrorKind::Number));
        assert_eq!(kind(&[0x80]), Err(DecodeErrorKind::Truncated));
        assert_eq!(kind(&[0xff; 10]), Err(DecodeErrorKind::Number));
        // Ten bytes hold 70 bits; of the tenth only the lowest is left.
        assert_eq!(
            kind(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
            Err(DecodeErrorKind::Number)
        );
    }

    #[test]
    fn the_checksum_tells_every_single_changed_byte() {
        let bytes: Vec<u8> = (0..21).collect();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x80;
            assert_ne!(checksum(&changed), checksum(&bytes), "byte {at}");
        }
        // Zeros that fill the last word up are not taken for data.
        assert_ne!(checksum(&[1]), checksum(&[1, 0]));
    }
}
