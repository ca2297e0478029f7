//! What goes to stderr in every format but JSON: problems of a file, and files that could not be read.

use fence_report::visible;

use crate::console::Console;

/// More problems of one file than this are only counted, so that a damaged recording does not bury what was found in it.
const MAX_SHOWN: u64 = 20;

/// The problems of the present file.
#[derive(Debug, Default)]
pub(super) struct Notes {
    file: String,
    problems: u64,
}

impl Notes {
    pub(super) fn begin(&mut self, file: &str) {
        *self = Self {
            file: file.into(),
            problems: 0,
        };
    }

    /// `file:line:column: problem: message`; what is about the whole file is a note.
    pub(super) fn problem(&mut self, line: u64, column: u64, message: &str, console: &mut Console) {
        let word = if line == 0 { "note" } else { "problem" };
        self.problems += u64::from(line > 0);
        if line == 0 || self.problems <= MAX_SHOWN {
            let place = self.place(line, column);
            console.note(&format!("{place}: {word}: {}\n", visible(message)));
        }
    }

    /// `file:line: message`.
    pub(super) fn remark(&self, line: u64, message: &str, console: &mut Console) {
        let place = self.place(line, 0);
        console.note(&format!("{place}: {}\n", visible(message)));
    }

    /// The place as far as it is known.
    fn place(&self, line: u64, column: u64) -> String {
        let file = visible(&self.file);
        match (line, column) {
            (0, _) => file.into_owned(),
            (line, 0) => format!("{file}:{line}"),
            (line, column) => format!("{file}:{line}:{column}"),
        }
    }

    pub(super) fn end(&mut self, console: &mut Console) {
        if let Some(more) = self
            .problems
            .checked_sub(MAX_SHOWN)
            .filter(|more| *more > 0)
        {
            let file = visible(&self.file);
            console.note(&format!(
                "{file}: {more} more problems; --message-format json shows them all\n"
            ));
        }
        self.problems = 0;
    }
}

/// `error: file: message`.
pub(super) fn unread(name: &str, message: &str, console: &mut Console) {
    console.note(&format!("error: {}: {}\n", visible(name), visible(message)));
}
