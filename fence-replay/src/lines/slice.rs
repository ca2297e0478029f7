//! Lines of a recording that is in memory as a whole.

use super::{Line, MAX_LINE_BYTES, without_carriage_return};

/// Iterator over the lines of a byte slice.
///
/// ```
/// use fence_replay::lines::SliceLines;
///
/// let lines: Vec<_> = SliceLines::new(b"one\r\ntwo").map(|line| (line.number, line.bytes)).collect();
/// assert_eq!(lines, [(1, &b"one"[..]), (2, &b"two"[..])]);
/// ```
#[derive(Clone, Debug)]
pub struct SliceLines<'a> {
    rest: &'a [u8],
    number: u64,
}

impl<'a> SliceLines<'a> {
    /// Starts at the first line of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        SliceLines {
            rest: bytes,
            number: 0,
        }
    }
}

impl<'a> Iterator for SliceLines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let (line, terminated) = match memchr::memchr(b'\n', self.rest) {
            Some(end) => {
                let (line, rest) = self.rest.split_at(end);
                self.rest = &rest[1..];
                (line, true)
            }
            None => (std::mem::take(&mut self.rest), false),
        };
        let (bytes, cut) = match line.split_at_checked(MAX_LINE_BYTES) {
            Some((head, tail)) if !without_carriage_return(tail).is_empty() => (head, true),
            _ => (without_carriage_return(line), false),
        };
        Some(Line {
            number: self.number,
            bytes,
            cut,
            terminated: terminated || cut,
        })
    }
}
