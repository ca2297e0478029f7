//! Lines of a recording: numbered byte slices, read in constant memory.
//!
//! Two sources give the same lines: [`LineReader`] over any [`std::io::Read`], whose memory does
//! not grow with the recording, and [`SliceLines`] over bytes that are already in memory. Neither
//! knows what a line means; neither requires UTF-8, and NUL bytes are ordinary bytes.

mod number;
mod reader;
mod slice;

pub(crate) use number::{decimal, hexadecimal, number, signed, skip_blanks, trim_blanks};
pub use reader::LineReader;
pub use slice::SliceLines;

/// Longest line that is handed on whole, in bytes without its end of line.
///
/// The kernel's own trace lines stay below a page; a longer one is damage.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// One line of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Number of the line in the recording, from 1.
    pub number: u64,
    /// The line without its end (`\n` or `\r\n`); of an over-long line the first
    /// [`MAX_LINE_BYTES`] bytes.
    pub bytes: &'a [u8],
    /// Whether the line was longer than [`MAX_LINE_BYTES`] and has been cut.
    pub cut: bool,
    /// Whether the line had an end of line. Only the last one of a recording may have none; a cut
    /// line counts as ended, because how it ends is not looked at.
    pub terminated: bool,
}

/// Takes the `\r` of a `\r\n` off.
fn without_carriage_return(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

#[cfg(test)]
mod tests;
