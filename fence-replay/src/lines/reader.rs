//! Lines of a recording that streams in, read through one fixed buffer.

use std::io::{self, ErrorKind, Read};

use super::{Line, MAX_LINE_BYTES, without_carriage_return};

/// Size of the only buffer, in bytes: room for the longest line and its end, and for a large read.
const BUFFER_BYTES: usize = 4 * MAX_LINE_BYTES;

/// Longest line with its end, in bytes.
const LIMIT: usize = MAX_LINE_BYTES + "\r\n".len();

/// Reads lines from a stream; uses one buffer of 256 KiB however long the stream or a line is.
///
/// The lines borrow that buffer, so this is not an [`Iterator`]:
///
/// ```
/// use fence_replay::lines::LineReader;
///
/// let mut lines = LineReader::new(&b"one\ntwo\n"[..]);
/// let mut longest = 0;
/// while let Some(line) = lines.next_line()? {
///     longest = longest.max(line.bytes.len());
/// }
/// assert_eq!(longest, 3);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LineReader<R> {
    source: R,
    buffer: Box<[u8]>,
    /// Bytes of the buffer that are not handed out yet: `start..end`.
    start: usize,
    end: usize,
    /// Lines handed out so far.
    number: u64,
    /// Bytes taken out of the buffer so far.
    consumed: u64,
    /// Whether the line last handed out was cut and its tail is still to be dropped.
    in_cut_line: bool,
    ended: bool,
}

/// Where in the buffer a line was found.
struct Found {
    start: usize,
    end: usize,
    cut: bool,
    terminated: bool,
}

impl<R: Read> LineReader<R> {
    /// Starts at the first line of `source`, which needs no buffer of its own.
    pub fn new(source: R) -> Self {
        LineReader {
            source,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            start: 0,
            end: 0,
            number: 0,
            consumed: 0,
            in_cut_line: false,
            ended: false,
        }
    }

    /// Bytes of the stream that the lines handed out so far took, ends of line included.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Hands out the next line, or `None` at the end of the stream.
    ///
    /// # Errors
    /// The source's own errors, except [`ErrorKind::Interrupted`], after which it is read again.
    /// Lines before the error have been handed out; the call may be repeated.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        let Some(found) = self.find()? else {
            return Ok(None);
        };
        self.number += 1;
        let bytes = &self.buffer[found.start..found.end];
        Ok(Some(Line {
            number: self.number,
            bytes: if found.cut {
                bytes
            } else {
                without_carriage_return(bytes)
            },
            cut: found.cut,
            terminated: found.terminated,
        }))
    }

    fn find(&mut self) -> io::Result<Option<Found>> {
        self.drop_cut_tail()?;
        let mut searched = 0;
        loop {
            let pending = &self.buffer[self.start..self.end];
            if let Some(at) = memchr::memchr(b'\n', &pending[searched..]) {
                let length = searched + at;
                let line = without_carriage_return(&pending[..length]);
                let cut = line.len() > MAX_LINE_BYTES;
                let shown = if cut { MAX_LINE_BYTES } else { length };
                return Ok(Some(self.take(length + 1, shown, cut, true)));
            }
            searched = pending.len();
            if searched >= LIMIT {
                self.in_cut_line = true;
                return Ok(Some(self.take(searched, MAX_LINE_BYTES, true, true)));
            }
            if self.ended {
                if searched == 0 {
                    return Ok(None);
                }
                let cut = without_carriage_return(pending).len() > MAX_LINE_BYTES;
                let shown = if cut { MAX_LINE_BYTES } else { searched };
                return Ok(Some(self.take(searched, shown, cut, cut)));
            }
            self.fill()?;
        }
    }

    /// Drops what is left of a line whose head was handed out.
    fn drop_cut_tail(&mut self) -> io::Result<()> {
        while self.in_cut_line {
            let pending = &self.buffer[self.start..self.end];
            if let Some(at) = memchr::memchr(b'\n', pending) {
                self.take(at + 1, 0, true, true);
                self.in_cut_line = false;
            } else {
                self.take(pending.len(), 0, true, true);
                self.in_cut_line = !self.ended;
                if self.in_cut_line {
                    self.fill()?;
                }
            }
        }
        Ok(())
    }

    /// Takes `length` bytes out of the buffer, of which the first `shown` are a line.
    fn take(&mut self, length: usize, shown: usize, cut: bool, terminated: bool) -> Found {
        let start = self.start;
        self.start += length;
        self.consumed += length as u64;
        Found {
            start,
            end: start + shown,
            cut,
            terminated,
        }
    }

    /// Reads more behind the pending bytes, which are fewer than [`LIMIT`].
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(());
                }
                Ok(count) => {
                    // A source that claims more than it was given room for must not break us.
                    self.end = (self.end + count).min(self.buffer.len());
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
