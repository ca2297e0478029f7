//! Why bytes are no class graph.

use thiserror::Error;

/// Why bytes could not be decoded, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {offset}: {kind}")]
pub struct DecodeError {
    /// The offset of the byte at which it was noticed, from 0.
    pub offset: usize,
    /// What is wrong.
    pub kind: DecodeErrorKind,
}

/// What can be wrong with the bytes of a class graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// They do not begin as a class graph does.
    #[error("this is no class graph file")]
    NotAGraph,
    /// A later version of this program wrote them.
    #[error("the file has version {found} of the format, this program reads up to {supported}")]
    NewerVersion {
        /// The version found.
        found: u8,
        /// The latest version that can be read.
        supported: u8,
    },
    /// They are more than 4,294,967,295.
    #[error("the file has 4 GiB or more")]
    TooLarge,
    /// They end too early.
    #[error("the file is cut off")]
    Truncated,
    /// The checksum differs: the file was damaged.
    #[error("the checksum does not match, the file is damaged")]
    Checksum,
    /// There is something left behind the last dependency.
    #[error("there are bytes left behind the last dependency")]
    TrailingBytes,
    /// A number that does not fit, or that is not written in its shortest form.
    #[error("a number is out of range")]
    Number,
    /// A string that is not UTF-8.
    #[error("a string is not UTF-8")]
    Text,
    /// A code that this version does not have.
    #[error("a code has no meaning")]
    Code,
    /// A reference to a row that is not there.
    #[error("a reference to nothing")]
    Reference,
    /// A row out of order, or a second time.
    #[error("a row is out of order")]
    Order,
    /// Rows that nothing refers to.
    #[error("a row that nothing refers to")]
    Unused,
}
