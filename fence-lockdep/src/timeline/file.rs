//! The file: an array of objects that is complete after each of them, but for its bracket. Knows nothing of what they mean.

use std::fmt;
use std::io::{self, Write};

use serde_json::Value;

/// An array that is being written.
pub(super) struct File {
    /// None once it is finished.
    writer: Option<Box<dyn Write + Send>>,
    is_empty: bool,
    error: Option<io::Error>,
}

impl File {
    pub(super) fn new(writer: Box<dyn Write + Send>) -> Self {
        Self {
            writer: Some(writer),
            is_empty: true,
            error: None,
        }
    }

    /// Adds an element, unless the file is finished or has failed.
    pub(super) fn add(&mut self, element: &Value) {
        let before = if self.is_empty { "[\n" } else { ",\n" };
        self.is_empty = false;
        self.write(&format!("{before}{element}"));
    }

    /// Completes the array. The error, if any came up.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let end = if self.is_empty { "[\n]\n" } else { "\n]\n" };
        self.write(end);
        if let Some(mut writer) = self.writer.take() {
            let flushed = writer.flush();
            self.error = self.error.take().or(flushed.err());
        }
        self.error.take().map_or(Ok(()), Err)
    }

    fn write(&mut self, text: &str) {
        if let (Some(writer), None) = (&mut self.writer, &self.error) {
            self.error = writer.write_all(text.as_bytes()).err();
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("is_finished", &self.writer.is_none())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
