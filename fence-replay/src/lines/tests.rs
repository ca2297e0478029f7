//! Both sources of lines against each other and against what a line is.

use std::io::{self, Read};

use proptest::prelude::*;

use super::*;

/// A source that gives at most `step` bytes a read.
struct Trickle<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.step.min(self.bytes.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

type Owned = (u64, Vec<u8>, bool, bool);

fn streamed(bytes: &[u8], step: usize) -> Vec<Owned> {
    let mut reader = LineReader::new(Trickle { bytes, step });
    let mut lines = Vec::new();
    while let Some(line) = reader.next_line().expect("a slice cannot fail") {
        lines.push((line.number, line.bytes.to_vec(), line.cut, line.terminated));
    }
    assert_eq!(reader.consumed(), bytes.len() as u64);
    lines
}

fn sliced(bytes: &[u8]) -> Vec<Owned> {
    SliceLines::new(bytes)
        .map(|line| (line.number, line.bytes.to_vec(), line.cut, line.terminated))
        .collect()
}

#[test]
fn the_last_line_needs_no_end() {
    assert_eq!(
        sliced(b"a\nb"),
        [
            (1, b"a".to_vec(), false, true),
            (2, b"b".to_vec(), false, false)
        ]
    );
}

#[test]
fn empty_lines_count_and_carriage_returns_do_not_show() {
    let lines = streamed(b"\r\n\n\0x\r\n", 1);
    let texts: Vec<&[u8]> = lines.iter().map(|line| line.1.as_slice()).collect();
    assert_eq!(texts, [&b""[..], b"", b"\0x"]);
    assert_eq!(lines[2].0, 3);
}

#[test]
fn a_line_of_exactly_the_limit_is_whole_and_one_byte_more_is_cut() {
    for end in ["\n", "\r\n", ""] {
        let whole = [&vec![b'x'; MAX_LINE_BYTES][..], end.as_bytes()].concat();
        let long = [&vec![b'x'; MAX_LINE_BYTES + 1][..], end.as_bytes()].concat();
        for step in [1000, usize::MAX] {
            let lines = streamed(&whole, step);
            assert_eq!(
                (lines.len(), lines[0].1.len(), lines[0].2),
                (1, MAX_LINE_BYTES, false)
            );
            let lines = streamed(&long, step);
            assert_eq!(
                (lines.len(), lines[0].1.len(), lines[0].2),
                (1, MAX_LINE_BYTES, true)
            );
        }
    }
}

#[test]
fn the_tail_of_a_cut_line_is_dropped_and_the_next_line_keeps_its_number() {
    let long = vec![b'x'; 10 * MAX_LINE_BYTES];
    let bytes = [&b"before\n"[..], &long, b"\nafter\n"].concat();
    for lines in [
        sliced(&bytes),
        streamed(&bytes, 70_000),
        streamed(&bytes, usize::MAX),
    ] {
        assert_eq!(lines.len(), 3);
        assert_eq!(
            (lines[1].0, lines[1].1.len(), lines[1].2),
            (2, MAX_LINE_BYTES, true)
        );
        assert_eq!(lines[2], (3, b"after".to_vec(), false, true));
    }
}

#[test]
fn an_error_of_the_source_is_handed_on_and_an_interruption_is_not() {
    struct Faulty(u32);
    impl Read for Faulty {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => {
                    buffer[..2].copy_from_slice(b"a\n");
                    Ok(2)
                }
                _ => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
    }
    let mut reader = LineReader::new(Faulty(0));
    let line = reader.next_line().expect("the interruption is retried");
    assert_eq!(line.map(|line| line.bytes), Some(&b"a"[..]));
    let error = reader.next_line().expect_err("the pipe broke");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

proptest! {
    #[test]
    fn a_stream_and_a_slice_give_the_same_lines(
        pieces in prop::collection::vec(
            prop_oneof![
                Just(b"\n".to_vec()),
                Just(b"\r\n".to_vec()),
                Just(b"\r".to_vec()),
                prop::collection::vec(any::<u8>(), 0..40),
                (MAX_LINE_BYTES - 3..MAX_LINE_BYTES + 4).prop_map(|length| vec![b'y'; length]),
            ],
            0..20,
        ),
        step in 1_usize..100_000,
    ) {
        let bytes = pieces.concat();
        prop_assert_eq!(streamed(&bytes, step.max(bytes.len() / 5000)), sliced(&bytes));
    }
}
