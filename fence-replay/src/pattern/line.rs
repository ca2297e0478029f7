//! Lines and words: a file's bytes cut into statements, with the column of every word.
//!
//! Not here: what a word means. The scanner knows line ends, comments, blanks and the one word that opens a pattern.

use super::problem::{Pos, Problem, ProblemKind};

/// The most bytes a line may have, its end not counted.
pub const MAX_LINE: usize = 4096;

/// The word that opens a pattern.
pub(super) const PATTERN: &str = "pattern";

/// One word of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// The column of its first character, from 1.
    pub(super) column: u32,
}

impl Word<'_> {
    /// The word without its first bytes, which must be ASCII.
    pub(super) fn after(self, ascii_prefix: &str) -> Option<Self> {
        let text = self.text.strip_prefix(ascii_prefix)?;
        Some(Self {
            text,
            column: self.column.saturating_add(count(ascii_prefix)),
        })
    }

    /// The column behind its last character.
    pub(super) fn end_column(self) -> u32 {
        self.column.saturating_add(count(self.text))
    }

    /// Where the word stands.
    pub(super) fn pos(self, line: u32) -> Pos {
        Pos {
            line,
            column: self.column,
        }
    }
}

/// The lines of a file.
pub(super) struct Lines<'a> {
    rest: Option<&'a [u8]>,
    number: u32,
}

/// One line of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawLine<'a> {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its bytes, without the line feed.
    bytes: &'a [u8],
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self {
            rest: Some(source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source)),
            number: 0,
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = RawLine<'a>;

    fn next(&mut self) -> Option<RawLine<'a>> {
        let rest = self.rest.take()?;
        let bytes = match memchr::memchr(b'\n', rest) {
            Some(end) => {
                self.rest = Some(&rest[end + 1..]);
                &rest[..end]
            }
            None => rest,
        };
        self.number = self.number.saturating_add(1);
        Some(RawLine {
            number: self.number,
            bytes,
        })
    }
}

impl<'a> RawLine<'a> {
    /// The line's statement: its text without the comment, possibly blank.
    pub(super) fn statement(self) -> Result<&'a str, Problem> {
        let bytes = self.bytes.strip_suffix(b"\r").unwrap_or(self.bytes);
        if bytes.len() > MAX_LINE {
            let pos = Pos {
                line: self.number,
                column: 1,
            };
            return Err(Problem {
                pos,
                kind: ProblemKind::LineTooLong {
                    length: bytes.len(),
                },
            });
        }
        let bytes = memchr::memchr(b'#', bytes).map_or(bytes, |comment| &bytes[..comment]);
        std::str::from_utf8(bytes).map_err(|error| {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let invalid = &rest[..error.error_len().unwrap_or(rest.len())];
            let column = String::from_utf8_lossy(valid).chars().count() as u32 + 1;
            let pos = Pos {
                line: self.number,
                column,
            };
            Problem {
                pos,
                kind: ProblemKind::NotUtf8 {
                    bytes: invalid.into(),
                },
            }
        })
    }

    /// True if the line opens a pattern, whatever may be wrong with the rest of it.
    pub(super) fn opens_pattern(self) -> bool {
        let begin = &self.bytes[..self.bytes.len().min(MAX_LINE)];
        let begin = memchr::memchr(b'#', begin).map_or(begin, |comment| &begin[..comment]);
        String::from_utf8_lossy(begin).split_whitespace().next() == Some(PATTERN)
    }
}

/// Replaces the contents of `words` by the words of a statement.
pub(super) fn split_words<'a>(statement: &'a str, words: &mut Vec<Word<'a>>) {
    words.clear();
    let mut begin: Option<(usize, u32)> = None;
    for (column, (offset, character)) in (1..).zip(statement.char_indices()) {
        match (character.is_whitespace(), begin) {
            (false, None) => begin = Some((offset, column)),
            (true, Some((from, at))) => {
                words.push(Word {
                    text: &statement[from..offset],
                    column: at,
                });
                begin = None;
            }
            _ => {}
        }
    }
    if let Some((from, at)) = begin {
        words.push(Word {
            text: &statement[from..],
            column: at,
        });
    }
}

/// The number of characters; a line's length bounds it.
fn count(text: &str) -> u32 {
    text.chars().count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(statement: &str) -> Vec<(&str, u32)> {
        let mut words = Vec::new();
        split_words(statement, &mut words);
        words.iter().map(|word| (word.text, word.column)).collect()
    }

    fn statements(source: &[u8]) -> Vec<Result<&str, Problem>> {
        Lines::new(source).map(RawLine::statement).collect()
    }

    #[test]
    fn columns_count_characters_from_one() {
        assert_eq!(
            words("  lock\tgpu  mutex "),
            [("lock", 3), ("gpu", 8), ("mutex", 13)]
        );
        assert_eq!(words("größe\u{a0}x"), [("größe", 1), ("x", 7)]);
        assert_eq!(words(" \t "), []);
    }

    #[test]
    fn a_comment_begins_anywhere_and_may_hold_any_bytes() {
        assert_eq!(
            statements(b"# all\nlock a#b\nfault # \xff\xfe"),
            [Ok(""), Ok("lock a"), Ok("fault ")]
        );
    }

    #[test]
    fn lines_end_with_lf_or_crlf_and_a_byte_order_mark_is_skipped() {
        assert_eq!(
            statements(b"\xef\xbb\xbfa\r\nb\nc\r"),
            [Ok("a"), Ok("b"), Ok("c")]
        );
        assert_eq!(statements(b"a\n"), [Ok("a"), Ok("")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_reported_as_they_are_where_they_are() {
        let problem = |line, column, bytes: &[u8]| {
            let kind = ProblemKind::NotUtf8 {
                bytes: bytes.into(),
            };
            Err(Problem {
                pos: Pos { line, column },
                kind,
            })
        };
        assert_eq!(statements("é\n".as_bytes()), [Ok("é"), Ok("")]);
        assert_eq!(
            statements(b"x\n\xc3\xa9 \xffz"),
            [Ok("x"), problem(2, 3, b"\xff")]
        );
        // A three-byte sequence that stops after two bytes, at the end of the line.
        assert_eq!(statements(b"\xe2\x82"), [problem(1, 1, b"\xe2\x82")]);
    }

    #[test]
    fn the_longest_line_has_4096_bytes() {
        assert!(statements(&[b'a'; MAX_LINE])[0].is_ok());
        let problem = statements(&[b'a'; MAX_LINE + 1])[0].clone();
        assert_eq!(
            problem.map_err(|problem| problem.kind),
            Err(ProblemKind::LineTooLong { length: 4097 })
        );
    }

    #[test]
    fn a_pattern_line_is_known_by_its_first_word_even_if_the_rest_is_unreadable() {
        let opens = |source: &[u8]| {
            Lines::new(source)
                .next()
                .is_some_and(RawLine::opens_pattern)
        };
        assert!(opens(b"pattern a"));
        assert!(opens(b" \tpattern\t\xff"));
        assert!(opens("\u{a0}pattern\u{a0}a".as_bytes()));
        assert!(opens(b"pattern#"));
        assert!(opens(&[b"pattern ".as_slice(), &[b'a'; MAX_LINE]].concat()));
        assert!(!opens(b"patterns a"));
        assert!(!opens(b"title pattern a"));
    }
}
