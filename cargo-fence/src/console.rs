//! Where text goes: findings to stdout, everything else to stderr, neither through the progress bar.
//!
//! If nobody reads stdout any more (`| head`) the rest is dropped in silence, and [`Console::is_open`] says so, so that the
//! work can end early.

use std::cell::Cell;
use std::fmt::{self, Display, Write as _};
use std::io::{self, BufWriter, ErrorKind, Stdout, Write as _};
use std::rc::Rc;

use crate::failure::Failure;
use crate::progress::Progress;

/// The two streams of a command, and the progress bar that must not be written into.
#[derive(Debug)]
pub(crate) struct Console {
    out: BufWriter<Stdout>,
    open: Rc<Cell<bool>>,
    error: Option<io::Error>,
    progress: Progress,
}

impl Console {
    /// A console without a progress bar.
    pub(crate) fn new() -> Self {
        Self::with_progress(Progress::hidden())
    }

    /// A console that shows `progress` on stderr.
    pub(crate) fn with_progress(progress: Progress) -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
            open: Rc::new(Cell::new(true)),
            error: None,
            progress,
        }
    }

    /// Prints to stdout.
    pub(crate) fn print(&mut self, text: &str) {
        if text.is_empty() || !self.open.get() {
            return;
        }
        let written = if self.progress.is_visible() {
            let out = &mut self.out;
            self.progress
                .suspend(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()))
        } else {
            self.out.write_all(text.as_bytes())
        };
        self.settle(written);
    }

    /// Prints to stdout what need not be a text in memory as a whole.
    pub(crate) fn print_all(&mut self, what: &impl Display) {
        // The only error is a reader that went away, and that is noted.
        let _ = write!(self, "{what}");
    }

    /// Prints to stderr, after what was printed to stdout before.
    pub(crate) fn note(&mut self, text: &str) {
        self.flush();
        // There is nowhere to complain to if stderr is closed.
        self.progress
            .suspend(|| drop(io::stderr().write_all(text.as_bytes())));
    }

    /// Shows what was printed so far.
    pub(crate) fn flush(&mut self) {
        if self.open.get() {
            let flushed = self.out.flush();
            self.settle(flushed);
        }
    }

    fn settle(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.open.set(false);
            if error.kind() != ErrorKind::BrokenPipe {
                self.error = Some(error);
            }
        }
    }

    /// Whether anybody reads stdout; the answer changes with time.
    pub(crate) fn is_open(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.open)
    }

    /// The progress bar.
    pub(crate) fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    /// Ends the output.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.progress.clear();
        self.flush();
        self.error
            .map_or(Ok(()), |error| Err(Failure::Output(error)))
    }
}

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.print(text);
        if self.open.get() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
